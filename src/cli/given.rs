//! The arguments that say what is known beside the captures.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::Path;

use clap::Args;
use zeroize::Zeroizing;

use super::alibaba::AlibabaGiven;
use super::asked::{Asked, Case};
use super::io::{Named, clock, read};
use crate::{
    CaseFile, CasePart, Context, ContextFile, Language, Now, Profile, context_error, parse_now, parse_profile, plain,
};

/// What is known beside the captures.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// Everything that is known as one JSON file; a flag wins over it
    #[arg(long, value_name = "FILE")]
    context: Option<OsString>,
    /// Metadata of the parties; its signing keys count as trusted for the entities that it describes
    #[arg(long, value_name = "FILE")]
    metadata: Vec<OsString>,
    /// A trusted certificate or public key: PEM, DER, bare base64, PKCS#7
    #[arg(long, value_name = "FILE")]
    certificate: Vec<OsString>,
    /// A private key of the service, to decrypt with: PKCS#8, PKCS#1 or SEC1, PEM or DER
    #[arg(long, value_name = "FILE")]
    private_key: Vec<OsString>,
    /// A file whose first line is the passphrase of encrypted private keys; else a terminal is asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<OsString>,
    /// The time to judge at: RFC 3339, or clock, capture, auto
    #[arg(long, value_name = "TIME", value_parser = parse_now)]
    now: Option<Now>,
    /// How far clocks may differ
    #[arg(long, value_name = "SECONDS")]
    clock_skew_seconds: Option<u32>,
    /// The service: auto, generic, alibaba-user-sso, …
    #[arg(long, value_name = "NAME", value_parser = parse_service)]
    profile: Option<Service>,
    /// The request that the login began with
    #[arg(long, value_name = "FILE")]
    request: Option<OsString>,
    /// The URL that the message was delivered to
    #[arg(long, value_name = "URL")]
    received_at: Option<String>,
    /// The service's entity ID
    #[arg(long, value_name = "ID")]
    sp_entity_id: Option<String>,
    /// What the user saw
    #[arg(long, value_name = "TEXT")]
    error_text: Option<String>,
    /// The language of the report: en or zh
    #[arg(long, alias = "lang", value_name = "TAG", default_value = "en")]
    language: String,
    /// Which login the verdict is about, where several were captured: its number, from 1; left out, the last that has a
    /// Response
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    login: Option<u32>,
    #[command(flatten)]
    alibaba: AlibabaGiven,
}

impl Given {
    /// Reads the files and makes a context of them, and of the case file that is among the inputs.
    pub(super) fn context(&self, case: Option<&Case>) -> Result<Context, String> {
        self.context_and_file(case).map(|(context, _)| context)
    }

    /// The inputs and all that is known as a case of its own, and its context with the private keys, which no case carries.
    pub(super) fn case(&self, asked: &Asked) -> Result<(CaseFile, Context), String> {
        let (context, mut file) = self.context_and_file(asked.case.as_ref())?;
        let part = |input: &Named| CasePart { name: base_name(&input.name).to_owned(), bytes: input.bytes.clone() };
        file.inputs = asked.inputs.iter().map(part).collect();
        Ok((file, context))
    }

    fn context_and_file(&self, case: Option<&Case>) -> Result<(Context, CaseFile), String> {
        let mut context = Context::at(clock());
        let mut written = CaseFile::default();
        let mut files = Files::default();
        match (&self.context, case) {
            (Some(_), Some(case)) => {
                return Err(format!("{}: it has its own context; leave --context out", case.name));
            }
            (Some(name), None) => {
                let file = read(name)?;
                let told = ContextFile::parse(&file.bytes).map_err(|problem| format!("{}: {problem}", file.name))?;
                told.tell(&mut context).map_err(|problem| format!("{}: {problem}", file.name))?;
                written.context = told.clone();
                let folder = Path::new(name).parent().unwrap_or(Path::new(""));
                files = Files::of(&told, &|name| read(folder.join(name).as_os_str()))?;
            }
            (None, Some(case)) => {
                let told = &case.file.context;
                written.context = told.clone();
                written.about = case.file.about.clone();
                told.tell(&mut context).map_err(|problem| format!("{}: {problem}", case.name))?;
                files = Files::of(told, &|name| match case.file.file(name) {
                    Some(bytes) => Ok(Named { name: name.clone(), bytes: bytes.to_vec() }),
                    None => read(case.folder.join(name).as_os_str()),
                })?;
            }
            (None, None) => {}
        }
        self.tell(&mut context);
        self.write(&context, &mut written.context);
        let told = &mut written.context;
        (told.metadata, told.certificates, told.private_keys) = Default::default();
        let mut keep = |file: &Named, names: &mut Vec<String>| {
            let name = base_name(&file.name).to_owned();
            // Two files of one name are told apart by their number.
            let name = if written.files.iter().all(|known| known.name != name) {
                name
            } else {
                format!("{}-{name}", names.len())
            };
            names.push(name.clone());
            written.files.push(CasePart { name, bytes: file.bytes.clone() });
        };
        let language = context.language;
        let complain = |file: &str, step: &str, error: &crate::ContextError| {
            format!("{file}: step {step}: {}", context_error(error, language))
        };
        for file in files.metadata.into_iter().chain(read_all(&self.metadata)?) {
            keep(&file, &mut told.metadata);
            let name = base_name(&file.name);
            context.add_metadata(name, &file.bytes).map_err(|error| complain(&file.name, "metadata", &error))?;
        }
        for file in files.certificates.into_iter().chain(read_all(&self.certificate)?) {
            keep(&file, &mut told.certificates);
            let name = base_name(&file.name);
            context.add_certificates(name, &file.bytes).map_err(|error| complain(&file.name, "certificate", &error))?;
        }
        let passphrase = self.passphrase_file.as_deref().map(first_line).transpose()?;
        for file in files.private_keys.into_iter().chain(read_all(&self.private_key)?) {
            let (bytes, base) = (Zeroizing::new(file.bytes), base_name(&file.name));
            let given = passphrase.as_ref().map(|passphrase| passphrase.as_bytes());
            let mut result = context.add_private_key(base, &bytes, given);
            if given.is_none()
                && result.as_ref().is_err_and(Context::needs_passphrase)
                && std::io::stdin().is_terminal()
            {
                let asked = rpassword::prompt_password(format!("Passphrase of {}: ", plain::line(&file.name)));
                let asked = asked.map_err(|error| format!("the passphrase could not be read: {error}"))?;
                result = context.add_private_key(base, &bytes, Some(Zeroizing::new(asked).as_bytes()));
            }
            result.map_err(|error| complain(&file.name, "private-key", &error))?;
        }
        if let Some(file) = self.request.as_deref().map(read).transpose()?.or(files.request) {
            let mut name = Vec::new();
            keep(&file, &mut name);
            told.request = name.pop();
            let base = base_name(&file.name);
            context.set_request(base, &file.bytes).map_err(|error| complain(&file.name, "request", &error))?;
        }
        Ok((context, written))
    }
}

impl Given {
    /// Writes down what was given here.
    fn write(&self, context: &Context, file: &mut ContextFile) {
        match self.now {
            Some(Now::At(instant)) => file.now = Some(instant.to_string()),
            Some(now) => {
                let name = [(Now::Auto, "auto"), (Now::Clock, "clock"), (Now::Capture, "capture")];
                file.now = name.iter().find(|(known, _)| *known == now).map(|(_, name)| (*name).to_owned());
            }
            None => {}
        }
        file.clock_skew_seconds = self.clock_skew_seconds.or(file.clock_skew_seconds);
        if let Some(Service(service)) = self.profile {
            file.profile = Some(service.map_or("auto", Profile::as_str).to_owned());
        }
        (file.received_at, file.sp_entity_id) = (context.received_at.clone(), context.sp_entity_id.clone());
        (file.error_text, file.alibaba) = (context.error_text.clone(), context.alibaba.clone());
    }

    /// Tells a context all that needs no file. What is given here wins over what a file said.
    fn tell(&self, context: &mut Context) {
        context.now = self.now.unwrap_or(context.now);
        context.clock_skew_seconds = self.clock_skew_seconds.map_or(context.clock_skew_seconds, i64::from);
        context.profile = self.profile.map_or(context.profile, |service| service.0);
        context.language = Language::from_tag(&self.language);
        context.login = self.login.map(|number| number as usize - 1);
        for (known, given) in [
            (&mut context.received_at, &self.received_at),
            (&mut context.sp_entity_id, &self.sp_entity_id),
            (&mut context.error_text, &self.error_text),
        ] {
            if given.is_some() {
                known.clone_from(given);
            }
        }
        self.alibaba.tell(&mut context.alibaba);
    }
}

/// A service, or `auto`.
#[derive(Debug, Clone, Copy)]
struct Service(Option<Profile>);

fn parse_service(name: &str) -> Result<Service, String> {
    parse_profile(name).map(Service)
}

/// The files that a context names.
#[derive(Default)]
struct Files {
    metadata: Vec<Named>,
    certificates: Vec<Named>,
    private_keys: Vec<Named>,
    request: Option<Named>,
}

impl Files {
    fn of(told: &ContextFile, read: &dyn Fn(&String) -> Result<Named, String>) -> Result<Self, String> {
        let all = |names: &[String]| names.iter().map(read).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            metadata: all(&told.metadata)?,
            certificates: all(&told.certificates)?,
            private_keys: all(&told.private_keys)?,
            request: told.request.as_ref().map(read).transpose()?,
        })
    }
}

fn read_all(names: &[OsString]) -> Result<Vec<Named>, String> {
    names.iter().map(|name| read(name)).collect()
}

fn first_line(name: &OsStr) -> Result<Zeroizing<String>, String> {
    let file = read(name)?;
    let text = Zeroizing::new(String::from_utf8_lossy(&Zeroizing::new(file.bytes)).into_owned());
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// Keys are named by their file, not by the way to it.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
