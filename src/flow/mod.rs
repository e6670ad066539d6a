//! What belongs together: every capture as it was read, and which of them are one login.
//!
//! Correlates and never judges. The rules ask a [`Case`]; what it hands out carries the place that it stands in.

mod case;
mod doctor;
mod facts;
mod identity_provider;
mod logins;
mod parties;
mod places;
mod profile;
mod seen;
mod signing;

pub(crate) use self::case::{Case, IDP, SP};
pub(crate) use self::facts::Known;
pub(crate) use self::identity_provider::IdentityProvider;
pub(crate) use self::logins::{Login, Logins, Stage};
pub(crate) use self::parties::Parties;
pub(crate) use self::places::Places;
pub use self::profile::Profile;
pub(crate) use self::profile::Why;
pub(crate) use self::seen::{Place, Read, Seen};
pub(crate) use self::signing::Signing;
