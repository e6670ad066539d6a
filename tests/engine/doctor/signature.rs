//! Edits of the Signature itself: its SignedInfo, and how its numbers are written.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::forms::changed;
use super::printers::{self, Style};
use super::sign::{below, content, document, is_rsa, replaced, signatures, signed};
use super::{Edit, Edited, Make};

/// SignedInfo in lines, the rest as it was.
fn lines_in_signed_info(make: &Make, end: &str) -> Option<Edited> {
    let range = content(&make.xml, 0, "SignedInfo");
    let info = make.xml[range.clone()].replace("><", &format!(">{end}<"));
    changed(&make.xml, replaced(&make.xml, range, &format!("{end}{}{end}", info.trim())))
}

fn in_value(make: &Make, name: &str, change: impl Fn(&str) -> String) -> Option<Edited> {
    let range = content(&make.xml, 0, name);
    changed(&make.xml, replaced(&make.xml, range.clone(), &change(&make.xml[range])))
}

pub fn in_lines(value: &str, width: usize, end: &str) -> String {
    let value = value.replace("&#13;", "");
    let chars: Vec<char> = value.chars().filter(|c| !c.is_whitespace()).collect();
    chars.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join(end)
}

pub const SIGNATURE: &[Edit] = &[
    Edit::new("SignedInfo in lines", &[&["signed-info-reformatted"]], |make| lines_in_signed_info(make, "\n")),
    Edit::new("SignedInfo indented", &[&["signed-info-reformatted"]], |make| lines_in_signed_info(make, "\r\n\t\t")),
    Edit::new("SignedInfo's lines lost", &[&["signed-info-reformatted", "base64-rewrapped"]], |make| {
        let range = content(&make.xml, 0, "SignedInfo");
        let info = make.xml[range.clone()].replace("&#13;", "").replace('\n', "");
        changed(&make.xml, replaced(&make.xml, range, &info))
    }),
    Edit::new("SignedInfo was signed in lines", &[&["signed-info-reformatted"]], |make| {
        let depth = {
            let document = document(&make.xml);
            below(signatures(&document)[0], "SignedInfo").ancestors().count() - 1
        };
        let range = content(&make.xml, 0, "SignedInfo");
        let info = printers::minified(&make.xml[range.clone()]);
        let lines = if make.number.is_multiple_of(2) {
            // As Java's default makes it: a line end between all elements.
            format!("\n{}\n", info.replace("><", ">\n<"))
        } else {
            let style = [printers::XMLLINT, printers::TRACER, printers::EDITOR][make.number % 3];
            let style = Style { declaration: None, attributes_on_lines: false, ..style };
            let lines = printers::printed(&format!("<i>{info}</i>"), &style);
            let lines = lines.trim().trim_start_matches("<i>").trim_end_matches("</i>");
            lines.replace('\n', &format!("\n{}", style.indent.repeat(depth)))
        };
        let signed = signed(&replaced(&make.xml, range, &lines), 0)?;
        let range = content(&signed, 0, "SignedInfo");
        let info = printers::minified(&signed[range.clone()]);
        changed(&signed, replaced(&signed, range, &info))
    }),
    Edit::new("DigestValue in lines", &[&["base64-damaged", "base64-rewrapped", "signed-info-reformatted"]], |make| {
        in_value(make, "DigestValue", |value| format!("\n{}\n", in_lines(value, 20, "\n")))
    }),
    Edit::new("+ became a blank in DigestValue", &[&["base64-damaged"]], |make| {
        in_value(make, "DigestValue", |value| value.replace('+', " "))
    }),
    Edit::new("+ became a blank", &[&["base64-damaged"]], |make| {
        in_value(make, "SignatureValue", |value| value.replace('+', " "))
    }),
    Edit::new("base64 of URLs", &[&["base64-damaged"]], |make| {
        in_value(make, "SignatureValue", |value| value.replace('+', "-").replace('/', "_"))
    }),
    Edit::new("padding lost", &[&["base64-damaged"]], |make| {
        in_value(make, "SignatureValue", |value| value.replace('=', ""))
    }),
    Edit::new("base64 percent-encoded", &[&["base64-damaged"]], |make| {
        in_value(make, "SignatureValue", |value| value.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
    }),
    Edit::new("line ends as \\n in SignatureValue", &[&["base64-damaged"]], |make| {
        in_value(make, "SignatureValue", |value| in_lines(value, 76, "\\n"))
    }),
    Edit::new("&#13; escaped in SignatureValue", &[&["base64-damaged"]], |make| {
        in_value(make, "SignatureValue", |value| in_lines(value, 76, "&amp;#13;\n"))
    }),
    Edit::new("a certificate within in other lines", &[&["base64-rewrapped"]], |make| {
        let document = document(&make.xml);
        if signatures(&document).len() < 2 {
            return None;
        }
        let range = below(*signatures(&document).last()?, "X509Certificate").content_span();
        let before = &make.xml[range.clone()];
        let after = if before.contains('\n') { in_lines(before, 9999, "") } else { in_lines(before, 64, "\n") };
        changed(&make.xml, replaced(&make.xml, range, &after))
    }),
    Edit::new("ECDSA's numbers in DER", &[&["der-encoded"]], |make| {
        if is_rsa(&make.xml, 0) {
            return None;
        }
        in_value(make, "SignatureValue", |value| {
            let raw = STANDARD.decode(in_lines(value, 9999, "")).unwrap();
            let number = |bytes: &[u8]| {
                let bytes: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
                let bytes = if bytes[0] >= 0x80 { [vec![0], bytes].concat() } else { bytes };
                [vec![2, bytes.len() as u8], bytes].concat()
            };
            let (r, s) = raw.split_at(raw.len() / 2);
            let both = [number(r), number(s)].concat();
            assert!(both.len() < 128);
            STANDARD.encode([vec![0x30, both.len() as u8], both].concat())
        })
    }),
];
