//! `samlens metadata`: metadata files judged, listed, searched, opened entity by entity, and compared.

mod human;
mod words;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::asked::Asked;
use super::given::Given;
use super::inspect::{is_coloured, report, status};
use super::io::{print, print_data, read};
use crate::{
    CalendarReport, CalendarRow, Context, EntityReport, EntityRow, Input, MetadataReport, Report, entity_report,
    metadata_difference, metadata_text, plain,
};

/// Fields of this command that say what to print: one of them at most.
const WHAT: &str = "what";

#[derive(Debug, Args)]
pub(super) struct Metadata {
    /// Metadata files: one entity each, or whole federations. None, or -, is standard input
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,
    /// One entity: all that it says, and what is wrong with it. An entityID, or its number in --list
    #[arg(long, value_name = "ID", group = WHAT)]
    entity: Option<String>,
    /// With --entity: print it as metadata of its own, to the byte but for the namespaces that it needs
    #[arg(long, requires = "entity", conflicts_with = "format")]
    xml: bool,
    /// A line for each entity: number, roles, expiry, entityID, name
    #[arg(long, group = WHAT)]
    list: bool,
    /// List the entities that have all these words in name, entityID, scope, registrar, contact or key: a fingerprint or a
    /// certificate finds who has it. Exit status 1: none has
    // A pasted certificate in PEM begins with hyphens.
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true, conflicts_with_all = ["entity", "calendar", "compare"])]
    search: Option<String>,
    /// The certificates by when they end. Exit status 1: one that is printed has expired, or will within 30 days
    #[arg(long, value_name = "WHICH", group = WHAT, value_enum, num_args = 0..=1, default_missing_value = "all")]
    calendar: Option<Which>,
    /// Say what another file changes. Exit status 1: there is a difference
    #[arg(long, value_name = "OTHER", group = WHAT)]
    compare: Option<OsString>,
    #[command(flatten)]
    given: Given,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for a terminal
    Human,
    /// JSON
    Json,
}

/// Which certificates of the calendar are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Every one
    All,
    /// Those that have expired
    Expired,
    /// Those that expire within 30 days
    Expiring,
    /// Those that are not valid yet
    NotYet,
    /// Those with a weak key or signature
    Weak,
    /// Those that several entities have
    Shared,
    /// Those that another one of the same role and use follows
    Rollover,
}

impl Which {
    /// As [`CalendarRow::is_of`] takes it.
    fn filter(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Expired => "expired",
            Self::Expiring => "expiring",
            Self::NotYet => "not-yet",
            Self::Weak => "weak",
            Self::Shared => "shared",
            Self::Rollover => "rollover",
        }
    }
}

/// Entities of one file, as they are listed.
#[derive(Debug, Serialize)]
struct Listed<'r> {
    file: &'r str,
    entities: usize,
    found: usize,
    rows: Vec<&'r EntityRow>,
}

/// Certificates of one file, as they are listed.
#[derive(Debug, Serialize)]
struct Dated<'r> {
    file: &'r str,
    now: &'r str,
    certificates: usize,
    expired: usize,
    expiring: usize,
    not_yet: usize,
    weak: usize,
    shared: usize,
    rollovers: usize,
    rows: Vec<&'r CalendarRow>,
}

/// One entity, and the report about it alone.
#[derive(Debug, Serialize)]
struct Opened<'r> {
    file: &'r str,
    number: usize,
    /// The numbers of others in the file of the same `entityID`.
    same_entity_id: Vec<usize>,
    entity: EntityReport,
    report: Report,
}

impl Metadata {
    /// Prints what is asked for.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let asked = Asked::read(&self.files)?;
        let context = self.given.context(asked.case.as_ref())?;
        let report = report(&asked, &context)?;
        if report.metadata.is_empty() {
            let name = asked.inputs.first().map(|input| input.name.as_str()).unwrap_or_default();
            return Err(format!("{name}: there is no SAML metadata in it; samlens inspect says what it is"));
        }
        if let Some(wanted) = &self.entity {
            return self.opened(wanted, &report, &asked, &context);
        }
        if let Some(other) = &self.compare {
            return self.compared(other, &report, &asked, &context);
        }
        if let Some(which) = self.calendar {
            return self.dated(which, &report);
        }
        if self.list || self.search.is_some() {
            return self.listed(&report);
        }
        let status = status(&report);
        let facts = (self.format == Format::Human).then(|| human::files(&report));
        let report = report.abridged();
        match facts {
            Some(facts) => Ok(print((facts + "\n" + &crate::human(&report, is_coloured())).as_bytes(), status)),
            None => json(&report, status),
        }
    }

    fn listed(&self, report: &Report) -> Result<ExitCode, String> {
        let query = self.search.as_deref().unwrap_or_default();
        let listed = report.metadata.iter().map(|file| {
            let rows: Vec<_> = file.search(query).into_iter().filter_map(|number| file.rows.get(number)).collect();
            Listed { file: &file.file, entities: file.entities, found: rows.len(), rows }
        });
        let listed: Vec<Listed<'_>> = listed.collect();
        let is_found = self.search.is_none() || listed.iter().any(|file| file.found > 0);
        let status = if is_found { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        match self.format {
            Format::Human => Ok(print(human::entities(&listed, self.search.is_some(), report).as_bytes(), status)),
            Format::Json => json(&listed, status),
        }
    }

    fn dated(&self, which: Which, report: &Report) -> Result<ExitCode, String> {
        let dated: Vec<Dated<'_>> = report.metadata.iter().map(|file| dated(file, which, &report.now)).collect();
        let is_due = |row: &&CalendarRow| matches!(row.state, "expired" | "expiring");
        let is_due = dated.iter().flat_map(|file| &file.rows).any(is_due);
        let status = if is_due { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        match self.format {
            Format::Human => Ok(print(human::calendar(&dated, report).as_bytes(), status)),
            Format::Json => json(&dated, status),
        }
    }

    fn opened(&self, wanted: &str, report: &Report, asked: &Asked, context: &Context) -> Result<ExitCode, String> {
        let (file, row) = found(wanted, report)?;
        let text = text_of(file, report, asked).and_then(|text| file.entity_text(text, row.number));
        let text = text.ok_or_else(|| {
            let file = &file.file;
            format!(
                "{file}: its entities cannot be opened from here; name it as FILE, without --metadata or a case file"
            )
        })?;
        if self.xml {
            return Ok(print_data((text + "\n").as_bytes(), ExitCode::SUCCESS));
        }
        let mut own = Context::at(context.clock);
        own.now = context.now;
        own.clock_skew_seconds = context.clock_skew_seconds;
        own.profile = context.profile;
        own.alibaba.clone_from(&context.alibaba);
        own.language = context.language;
        let own = crate::inspect(&[Input { name: &file.file, bytes: text.as_bytes() }], &own).of_entity(row);
        let Some(entity) = entity_report(&text, context.language) else {
            return Err(format!("{}: number {} cannot be read by itself", file.file, row.number + 1));
        };
        let same = file.rows.iter().filter(|other| other.entity_id == row.entity_id && other.number != row.number);
        let opened = Opened {
            file: &file.file,
            number: row.number,
            same_entity_id: same.map(|other| other.number).collect(),
            entity,
            report: own,
        };
        let status = status(&opened.report);
        match self.format {
            Format::Json => json(&Opened { report: opened.report.abridged(), ..opened }, status),
            Format::Human => {
                let details = human::entity(&opened, file);
                let findings = crate::human(&opened.report.abridged(), is_coloured());
                Ok(print((details + "\n" + &findings).as_bytes(), status))
            }
        }
    }

    fn compared(&self, other: &OsStr, report: &Report, asked: &Asked, context: &Context) -> Result<ExitCode, String> {
        let [file] = report.metadata.as_slice() else {
            return Err("arguments: --compare takes one metadata file and OTHER".to_owned());
        };
        let other = read(other)?;
        let left = text_of(file, report, asked).and_then(|text| std::str::from_utf8(text).ok());
        let left = left.ok_or_else(|| format!("{}: it cannot be compared from here; name it as FILE", file.file))?;
        let right = metadata_text(&other.bytes);
        let right = right.ok_or_else(|| format!("{}: there is no XML in it; samlens inspect says why", other.name))?;
        let difference = metadata_difference(left, &right, context.language);
        let difference = difference.ok_or_else(|| format!("{}: there is no SAML metadata in it", other.name))?;
        let differs = difference.changed + difference.added + difference.removed + difference.rows.len() > 0;
        let status = if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        match self.format {
            Format::Human => Ok(print(human::difference(&difference, context.language).as_bytes(), status)),
            Format::Json => json(&difference, status),
        }
    }
}

fn dated<'r>(file: &'r MetadataReport, which: Which, now: &'r str) -> Dated<'r> {
    let CalendarReport { certificates, expired, expiring, not_yet, weak, shared, rollovers, ref rows } = file.calendar;
    let rows = rows.iter().filter(|row| row.is_of(which.filter())).collect();
    Dated { file: &file.file, now, certificates, expired, expiring, not_yet, weak, shared, rollovers, rows }
}

/// The entity of this `entityID`, else of this number, counted from 1, in the first file that has it.
fn found<'r>(wanted: &str, report: &'r Report) -> Result<(&'r MetadataReport, &'r EntityRow), String> {
    let rows = || report.metadata.iter().flat_map(|file| file.rows.iter().map(move |row| (file, row)));
    if let Some(found) = rows().find(|(_, row)| row.entity_id == wanted) {
        return Ok(found);
    }
    let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(found) = number.and_then(|number| rows().find(|(_, row)| row.number == number)) {
        return Ok(found);
    }
    let like = |file: &'r MetadataReport| {
        let numbers = file.search(wanted).into_iter();
        numbers.filter_map(|number| file.rows.get(number)).map(|row| row.entity_id.as_str()).take(3)
    };
    let like: Vec<&str> = report.metadata.iter().flat_map(like).take(3).collect();
    let hint = if like.is_empty() {
        "samlens metadata --list says which there are".to_owned()
    } else {
        format!("there is {}", like.join(", "))
    };
    Err(format!("arguments: --entity {wanted}: no entity has that entityID; {hint}"))
}

/// The bytes of a metadata file's text, where it is one of the inputs.
fn text_of<'a>(file: &MetadataReport, report: &'a Report, asked: &'a Asked) -> Option<&'a [u8]> {
    let capture = report.captures.get(file.capture?)?;
    if let Some(xml) = &capture.xml {
        return Some(xml.as_bytes());
    }
    let [start, end] = capture.xml_in_input?;
    asked.inputs.iter().find(|input| input.name == capture.input)?.bytes.get(start..end)
}

fn json(value: &impl Serialize, status: ExitCode) -> Result<ExitCode, String> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| format!("it could not be written as JSON: {error}"))?;
    Ok(print((plain::json(text) + "\n").as_bytes(), status))
}
