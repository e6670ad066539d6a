//! The arguments that say what is known of an account at Alibaba Cloud.

use clap::Args;

use crate::Alibaba;

#[derive(Debug, Args)]
#[command(next_help_heading = "Alibaba Cloud account")]
pub(super) struct AlibabaGiven {
    /// The account's ID, 16 digits
    #[arg(long, value_name = "ID")]
    alibaba_account_id: Option<String>,
    /// The default domain of RAM users, ALIAS.onaliyun.com
    #[arg(long, value_name = "DOMAIN")]
    alibaba_default_domain: Option<String>,
    /// The domain alias
    #[arg(long, value_name = "DOMAIN")]
    alibaba_domain_alias: Option<String>,
    /// The auxiliary domain of user-based SSO
    #[arg(long, value_name = "DOMAIN")]
    alibaba_auxiliary_domain: Option<String>,
    /// Whether `SsoLoginWithDomain` is set
    #[arg(long, value_name = "true|false")]
    alibaba_sso_login_with_domain: Option<bool>,
    /// A RAM user's name, without the domain; again for each
    #[arg(long, value_name = "NAME")]
    alibaba_ram_user: Vec<String>,
    /// A RAM role's name; again for each
    #[arg(long, value_name = "NAME")]
    alibaba_ram_role: Vec<String>,
    /// The name of a SAML identity provider in RAM; again for each
    #[arg(long, value_name = "NAME")]
    alibaba_saml_provider: Vec<String>,
    /// A CloudSSO user's name; again for each
    #[arg(long, value_name = "NAME")]
    alibaba_cloudsso_user: Vec<String>,
    /// The IdP Name set in the IDaaS application
    #[arg(long, value_name = "NAME")]
    alibaba_idaas_idp_name: Option<String>,
}

impl AlibabaGiven {
    /// Tells what was given; what was not stays as it is known.
    pub(super) fn tell(&self, known: &mut Alibaba) {
        let text = |known: &mut Option<String>, given: &Option<String>| {
            if given.is_some() {
                known.clone_from(given);
            }
        };
        let list = |known: &mut Option<Vec<String>>, given: &[String]| {
            if !given.is_empty() {
                *known = Some(given.to_vec());
            }
        };
        text(&mut known.account_id, &self.alibaba_account_id);
        text(&mut known.default_domain, &self.alibaba_default_domain);
        text(&mut known.domain_alias, &self.alibaba_domain_alias);
        text(&mut known.auxiliary_domain, &self.alibaba_auxiliary_domain);
        text(&mut known.idaas_idp_name, &self.alibaba_idaas_idp_name);
        known.sso_login_with_domain = self.alibaba_sso_login_with_domain.or(known.sso_login_with_domain);
        list(&mut known.ram_users, &self.alibaba_ram_user);
        list(&mut known.ram_roles, &self.alibaba_ram_role);
        list(&mut known.saml_providers, &self.alibaba_saml_provider);
        list(&mut known.cloudsso_users, &self.alibaba_cloudsso_user);
    }
}
