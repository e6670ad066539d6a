//! What a command is asked about: the inputs that were named, with a case file among them opened.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::io::{Named, read};
use crate::{CaseFile, Input};

/// The inputs, and the case file that is among them.
pub(super) struct Asked {
    /// The inputs, those of the case in its place.
    pub(super) inputs: Vec<Named>,
    /// The case file.
    pub(super) case: Option<Case>,
}

/// A case file, and where it stands.
pub(super) struct Case {
    /// Its name, as given.
    pub(super) name: String,
    /// The folder that the files beside it are in.
    pub(super) folder: PathBuf,
    /// What it says.
    pub(super) file: CaseFile,
}

impl Asked {
    /// Reads the named inputs; none is standard input. There is one context, so that there is at most one case file.
    pub(super) fn read(names: &[OsString]) -> Result<Self, String> {
        let standard_input = [OsString::from("-")];
        let names = if names.is_empty() { &standard_input[..] } else { names };
        let mut asked = Self { inputs: Vec::new(), case: None };
        for name in names {
            asked.add(name)?;
        }
        match &asked.case {
            Some(case) if asked.inputs.is_empty() => Err(format!("{}: inputs: there is nothing to inspect", case.name)),
            _ => Ok(asked),
        }
    }

    fn add(&mut self, name: &OsStr) -> Result<(), String> {
        let input = read(name)?;
        if !CaseFile::looks_like(&input.bytes) {
            self.inputs.push(input);
            return Ok(());
        }
        let mut file = CaseFile::parse(&input.bytes).map_err(|problem| format!("{}: {problem}", input.name))?;
        if let Some(earlier) = &self.case {
            return Err(format!("{}: {} is a case file as well; give one, or --batch", input.name, earlier.name));
        }
        let parts = std::mem::take(&mut file.inputs).into_iter();
        self.inputs.extend(parts.map(|part| Named { name: part.name, bytes: part.bytes }));
        let folder = Path::new(name).parent().unwrap_or(Path::new("")).to_owned();
        self.case = Some(Case { name: input.name, folder, file });
        Ok(())
    }

    /// The inputs as the engine takes them.
    pub(super) fn inputs(&self) -> Vec<Input<'_>> {
        self.inputs.iter().map(|input| Input { name: &input.name, bytes: &input.bytes }).collect()
    }
}
