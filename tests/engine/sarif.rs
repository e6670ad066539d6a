//! SARIF, held against the schema of its standard (JSON Schema draft 7, as much of it as that schema uses).

use std::path::Path;

use samlens::sarif;
use serde_json::Value;

use crate::scenarios::{all, report};

#[test]
fn every_scenario_as_sarif_is_valid_by_the_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sarif/sarif-schema-2.1.0.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut results = 0;
    for scenario in all() {
        let Some(report) = report(&scenario) else { continue };
        let log = sarif(&report);
        results += log["runs"][0]["results"].as_array().unwrap().len();
        let mut faults = Vec::new();
        check(&schema, &schema, &log, "", &mut faults);
        assert!(faults.is_empty(), "{}: {faults:#?}", scenario.display());
    }
    assert!(results > 50, "only {results} results");
}

#[test]
fn a_region_is_the_same_place_by_bytes_by_characters_and_by_lines() {
    let mut lines = 0;
    for scenario in all() {
        let Some(report) = report(&scenario) else { continue };
        let log = sarif(&report);
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap().iter();
        for location in results.flat_map(|result| result["locations"].as_array().unwrap()) {
            let place = &location["physicalLocation"];
            let Some(region) = place["region"].as_object() else { continue };
            let at = |name: &str| region[name].as_u64().unwrap() as usize;
            let index = place["artifactLocation"]["index"].as_u64().unwrap() as usize;
            let text = run["artifacts"][index]["contents"]["text"].as_str().unwrap();
            let expected = &text[at("byteOffset")..at("byteOffset") + at("byteLength")];
            let characters: String = text.chars().skip(at("charOffset")).take(at("charLength")).collect();
            assert_eq!(characters, expected);
            // As a viewer has the text: lines, and characters in them.
            let offset = |line: usize, column: usize| {
                let whole: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
                let own = text[whole..].split('\n').next().unwrap();
                whole + own.chars().take(column - 1).map(char::len_utf8).sum::<usize>()
            };
            let [start, end] =
                ["start", "end"].map(|end| offset(at(&format!("{end}Line")), at(&format!("{end}Column"))));
            assert_eq!(&text[start..end], expected, "{}", scenario.display());
            lines = lines.max(at("startLine"));
        }
    }
    assert!(lines > 10, "no message of more than {lines} lines");
}

#[test]
fn what_is_no_sarif_is_found() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sarif/sarif-schema-2.1.0.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for broken in [
        serde_json::json!({"version": "2.1.0"}),
        serde_json::json!({"version": "2.0.0", "runs": []}),
        serde_json::json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": 1}}}]}),
        serde_json::json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "oops": 1}]}),
    ] {
        let mut faults = Vec::new();
        check(&schema, &schema, &broken, "", &mut faults);
        assert!(!faults.is_empty(), "{broken}");
    }
}

/// Checks a value, and adds what is wrong with it. Panics at a keyword that it does not know, so that none is passed over.
fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Value::Object(schema) = schema else { panic!("{at}: a schema that is no object") };
    for (keyword, rule) in schema {
        let holds = match keyword.as_str() {
            // Annotations; formats are no assertions in draft 7 unless one chooses.
            "$schema" | "$id" | "title" | "description" | "default" | "definitions" | "format" => true,
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                check(root, root.pointer(pointer).unwrap(), value, at, faults);
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                other => panic!("{at}: type {other}"),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                value.as_object().is_none_or(|object| names.into_iter().all(|name| object.contains_key(name)))
            }
            "properties" => {
                for (name, schema) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        check(root, schema, value, &format!("{at}/{name}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let more = value.as_object().into_iter().flatten();
                let mut more = more.filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                match rule {
                    Value::Bool(allowed) => *allowed || more.next().is_none(),
                    schema => {
                        more.for_each(|(name, value)| check(root, schema, value, &format!("{at}/{name}"), faults));
                        true
                    }
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, value, &format!("{at}/{index}"), faults);
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "uniqueItems" => value
                .as_array()
                .is_none_or(|items| items.iter().enumerate().all(|(index, item)| !items[..index].contains(item))),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            // Those of the schema are of GUIDs, languages and MIME types; we write the last two.
            "pattern" => value.as_str().is_none_or(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
            "anyOf" | "oneOf" => rule.as_array().unwrap().iter().any(|schema| {
                let mut faults = Vec::new();
                check(root, schema, value, at, &mut faults);
                faults.is_empty()
            }),
            other => panic!("{at}: the keyword {other} is not known here"),
        };
        if !holds {
            faults.push(format!("{at}: {keyword} does not hold for {value}"));
        }
    }
}
