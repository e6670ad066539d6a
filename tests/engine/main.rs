//! The whole engine, from outside: one program, so that it links once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod attack_families;
mod attack_shapes;
mod attack_wrapping;
mod canonical;
mod cli;
mod corpus;
mod differential;
mod doctor;
mod encrypted;
mod export;
mod flow;
mod folders;
mod fuzz;
mod genuine;
mod golden;
mod house;
mod injection;
mod intake_chains;
mod intake_encodings;
mod intake_pastes;
mod intake_shapes;
mod intake_traces;
mod intake_web;
mod limits;
mod links;
mod metadata_cli;
mod metadata_differences;
mod metadata_hostile;
mod metadata_match;
mod metadata_oracle;
mod mutation;
mod redaction;
mod samples;
mod sarif;
mod scenarios;
mod schema;
mod secrets;
mod self_test;
mod signatures;
mod truncated;
mod wrapping;
mod xml_errors;
mod xml_oracle;
mod xmlsec;
