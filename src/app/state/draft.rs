//! What a person types and chooses under Context: kept as it was typed, and known once it can be used.

use std::collections::BTreeMap;
use std::rc::Rc;

use yew::AttrValue;

use super::super::engine::{FileRole, Passphrase, TextOf};
use super::{Draft, DraftFile, State};
use crate::{ContextFile, FACT_KEYS};

/// What was typed and chosen, and is no part of the case yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Typing {
    /// Texts as they were typed, by the key of the context; `paste.` and a key: a file's text that is not yet one.
    pub texts: BTreeMap<&'static str, AttrValue>,
    /// Files that a context names and that were not given yet.
    pub wanted: Vec<(FileRole, AttrValue)>,
    /// What is held against what under Compare; `None`: whatever suggests itself.
    pub compared: Option<[TextOf; 2]>,
}

/// What was done under Context.
pub enum Change {
    /// The text of a key is now this; it is known when it settles.
    Type(&'static str, String),
    /// What was typed is to be known.
    Settle,
    /// A file was given.
    Add {
        /// What it is for.
        role: FileRole,
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// The file of this position is to be forgotten.
    Remove(usize),
    /// The private key of this position has this passphrase.
    Unlock(usize, Passphrase),
    /// A context file takes the place of what is known, and names files.
    Load(Box<ContextFile>),
    /// Everything under Context is to be forgotten.
    Reset,
    /// These two are to be compared.
    Compare([TextOf; 2]),
}

impl std::fmt::Debug for Change {
    /// What was done, and not with what: a text or a file may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a change of what is known")
    }
}

impl State {
    /// What a field of the context shows: what was typed, else what is known.
    pub fn fact(&self, key: &'static str) -> AttrValue {
        let typed = self.typing.texts.get(key).cloned();
        typed.unwrap_or_else(|| self.draft.facts.text_of(key).into())
    }

    pub(super) fn change(&mut self, change: Change) {
        let typing = Rc::make_mut(&mut self.typing);
        match change {
            Change::Type(key, text) => drop(typing.texts.insert(key, text.into())),
            Change::Compare(pair) => typing.compared = Some(pair),
            Change::Settle => {
                let mut draft = (*self.draft).clone();
                for (key, text) in &self.typing.texts {
                    if FACT_KEYS.contains(key) {
                        // What cannot be used is told beside its field.
                        let _ = draft.facts.set_text(key, text);
                    }
                }
                self.know(draft);
            }
            Change::Add { role, name, bytes } => {
                if let Some(at) = typing.wanted.iter().position(|(known, wanted)| *known == role && *wanted == name) {
                    typing.wanted.remove(at);
                }
                let mut draft = (*self.draft).clone();
                if role == FileRole::Request {
                    draft.files.retain(|file| file.role != role);
                }
                let name = free_name(&draft, name);
                draft.files.push(Rc::new(DraftFile { name: name.into(), role, bytes, passphrase: None }));
                self.know(draft);
            }
            Change::Remove(at) => {
                let mut draft = (*self.draft).clone();
                if at < draft.files.len() {
                    draft.files.remove(at);
                }
                self.know(draft);
            }
            Change::Unlock(at, passphrase) => {
                let mut draft = (*self.draft).clone();
                if let Some(file) = draft.files.get_mut(at) {
                    let DraftFile { name, role, bytes, .. } = &**file;
                    let passphrase = Some(passphrase);
                    *file = Rc::new(DraftFile { name: name.clone(), role: *role, bytes: bytes.clone(), passphrase });
                }
                self.know(draft);
            }
            Change::Load(facts) => {
                let facts = *facts;
                *typing = Typing { compared: typing.compared, ..Typing::default() };
                let given: Vec<AttrValue> = self.draft.files.iter().map(|file| file.name.clone()).collect();
                let named = [
                    (FileRole::Metadata, &facts.metadata),
                    (FileRole::Certificate, &facts.certificates),
                    (FileRole::PrivateKey, &facts.private_keys),
                ];
                let named = named.into_iter().flat_map(|(role, names)| names.iter().map(move |name| (role, name)));
                let request = facts.request.iter().map(|name| (FileRole::Request, name));
                let all = named.chain(request).map(|(role, name)| (role, AttrValue::from(name.clone())));
                typing.wanted = all.filter(|(_, name)| !given.contains(name)).collect();
                let (metadata, certificates, private_keys) = (Vec::new(), Vec::new(), Vec::new());
                let facts = ContextFile { metadata, certificates, private_keys, request: None, ..facts };
                self.know(Draft { facts, files: self.draft.files.clone() });
            }
            Change::Reset => {
                *typing = Typing { compared: typing.compared, ..Typing::default() };
                self.know(Draft::default());
            }
        }
    }

    fn know(&mut self, draft: Draft) {
        if *self.draft != draft {
            self.draft = Rc::new(draft);
            self.changed();
        }
    }

    /// Forgets what was typed where something else is known by now.
    pub(super) fn agree(&mut self) {
        let facts = &self.draft.facts;
        Rc::make_mut(&mut self.typing).texts.retain(|key, text| {
            let mut alone = ContextFile::default();
            let _ = alone.set_text(key, text);
            !FACT_KEYS.contains(key) || alone.text_of(key) == facts.text_of(key)
        });
    }
}

/// A name that no other file of the context has: problems are told by it.
fn free_name(draft: &Draft, name: String) -> String {
    let taken = |name: &str| draft.files.iter().any(|file| file.name == name);
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(name)
}
