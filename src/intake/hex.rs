//! A message in hexadecimal (RFC 4648 §8), as databases and debuggers show bytes: digits alone, or a dump with offsets.

use super::step::{Step, StepName};
use super::value::open;
use super::{Capture, encoded, pieces, take_bytes};

/// The least bytes that are taken for a message: no message is smaller.
const LEAST: usize = 64;
/// The most bytes in a row of a dump.
const WIDEST: usize = 64;

/// `3C73616D6C70…`, with `0x` or `\x` before all of it, and with spaces, colons and line ends between; or what `xxd`,
/// `hexdump -C`, `tcpdump -X`, Wireshark and Format-Hex print.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let is_dump = text.lines().any(|line| matches!(row(line), Some((0, _))));
    let bytes = if is_dump { dump(text) } else { digits(text.trim()) };
    let bytes = bytes.filter(|bytes| bytes.len() >= LEAST)?;
    let is_value = || {
        let text = std::str::from_utf8(&bytes).ok();
        text.is_some_and(|text| encoded::value_in(text.trim()).is_some() || pieces::any(text))
    };
    if !open(&bytes).is_something() && !is_value() {
        return None;
    }
    let mut capture = origin.clone();
    capture.steps.push(Step::done(StepName::Hex, text.len(), bytes.len()).making(&bytes));
    Some(take_bytes(capture, &bytes))
}

fn digits(text: &str) -> Option<Vec<u8>> {
    let digits = ["0x", "0X", "\\x", "x'", "X'"].iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text);
    let digits = digits.trim_end_matches('\'');
    let mut nibbles = Vec::with_capacity(digits.len());
    for c in digits.chars() {
        match c.to_digit(16) {
            Some(digit) => nibbles.push(u8::try_from(digit).ok()?),
            None if c.is_ascii_whitespace() || c == ':' => {}
            None => return None,
        }
    }
    Some(bytes(&nibbles))
}

fn bytes(nibbles: &[u8]) -> Vec<u8> {
    nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The bytes of a dump: lines that begin with their offset, and may end with the same as characters. Words may stand around
/// it.
fn dump(text: &str) -> Option<Vec<u8>> {
    let rows = text.lines().map(row).skip_while(|row| !matches!(row, Some((0, _)))).map_while(|row| row);
    let rows: Vec<(usize, &str)> = rows.collect();
    let width = rows.get(1)?.0;
    let mut out = Vec::with_capacity(text.len() / 4);
    // Where the characters begin: those of a row may begin with a space.
    let mut characters = usize::MAX;
    for pair in rows.windows(2) {
        let [(at, row), (next, _)] = pair else { continue };
        let count = next.checked_sub(*at).filter(|count| (1..=WIDEST).contains(count))?;
        out.extend(cells(row, count).filter(|bytes| bytes.len() == count)?);
        characters = characters.min(column(row, count).filter(|_| count == width).unwrap_or(usize::MAX));
    }
    // How long the last row is nothing says but where the characters of the others begin.
    let last = rows.last()?.1;
    out.extend(cells(last.get(..characters).unwrap_or(last), width)?);
    Some(out)
}

/// An offset and what stands behind it.
fn row(line: &str) -> Option<(usize, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("0x").unwrap_or(line);
    let end = line.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(line.len());
    let (offset, rest) = line.split_at_checked(end).filter(|_| (4..=16).contains(&end))?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let is_row = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_row.then_some((usize::from_str_radix(offset, 16).ok()?, rest))
}

/// The first bytes of a row, as far as so many go and digits do.
fn cells(row: &str, count: usize) -> Option<Vec<u8>> {
    let mut nibbles = Vec::with_capacity(2 * count);
    // Between bytes stand two spaces at the most.
    for c in row.trim_start().split("   ").next()?.chars() {
        match c.to_digit(16) {
            _ if nibbles.len() == 2 * count => break,
            Some(digit) => nibbles.push(u8::try_from(digit).ok()?),
            None if matches!(c, ' ' | '\t' | '-') => {}
            None => break,
        }
    }
    (nibbles.len() % 2 == 0).then(|| bytes(&nibbles))
}

/// Where the characters of a row begin that has so many bytes.
fn column(row: &str, count: usize) -> Option<usize> {
    let mut digits = row.char_indices().filter(|(_, c)| c.is_ascii_hexdigit());
    let last = digits.nth((2 * count).checked_sub(1)?)?.0 + 1;
    let behind = row.get(last..)?;
    Some(last + behind.find(|c: char| !c.is_whitespace())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a1"/>"#;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn xml(text: &str) -> Option<String> {
        let found = take(&Capture::default(), text)?.remove(0);
        assert_eq!(found.steps[0].name, StepName::Hex);
        found.xml.map(|xml| xml.into_owned())
    }

    #[test]
    fn bytes_are_read_however_their_digits_are_written() {
        let digits = hex(XML.as_bytes());
        let spaced: Vec<&str> = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
        for text in [
            digits.clone(),
            digits.to_lowercase(),
            format!("0x{digits}\n"),
            format!("\\x{digits}"),
            format!("X'{digits}'"),
            spaced.join(" "),
            spaced.join(":"),
            digits.replace("3C", "\n3C"),
        ] {
            assert_eq!(xml(&text).as_deref(), Some(XML), "{text}");
        }
        use ::base64::Engine;
        let value = ::base64::engine::general_purpose::STANDARD.encode(XML);
        assert_eq!(xml(&hex(value.as_bytes())).as_deref(), Some(XML));
    }

    /// A row of a dump: offset, bytes, the same as characters.
    fn rows(bytes: &[u8], width: usize, row: impl Fn(usize, &[u8], &str) -> String) -> String {
        let rows = bytes.chunks(width).enumerate().map(|(number, bytes)| {
            let characters: String =
                bytes.iter().map(|b| if b.is_ascii_graphic() || *b == b' ' { *b as char } else { '.' }).collect();
            row(number * width, bytes, &characters)
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    fn spaced(bytes: &[u8], each: usize) -> String {
        bytes.chunks(each).map(hex).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dumps_are_read_whatever_printed_them() {
        // Of every length of the last row, and with characters that are digits as well.
        for extra in 0..17 {
            let text = XML.replace("_a1", &format!("_{}", "abcdef0123456789".repeat(2).get(..extra + 3).unwrap()));
            let bytes = text.as_bytes();
            let end = format!("\n{:08x}", bytes.len());
            let xxd = rows(bytes, 16, |at, bytes, shown| {
                format!("{at:08x}: {:<39}  {shown}", spaced(bytes, 2).to_lowercase())
            });
            let canonical = rows(bytes, 16, |at, bytes, shown| {
                let (left, right) = bytes.split_at(bytes.len().min(8));
                format!("{at:08x}  {:<23}  {:<23}  |{shown}|", spaced(left, 1), spaced(right, 1))
            });
            let tcpdump =
                rows(bytes, 16, |at, bytes, shown| format!("\t0x{at:04x}:  {:<39}  {shown}", spaced(bytes, 2)));
            let wireshark = rows(bytes, 16, |at, bytes, shown| {
                format!("{at:04x}   {}   {}", spaced(bytes, 1), shown.replace('.', "·"))
            });
            let bare = rows(bytes, 16, |at, bytes, _| format!("{at:06x} {}", spaced(bytes, 1)));
            let powershell = format!(
                "\n   Path: C:\\saml.xml\n\n           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n{}\n\n",
                rows(bytes, 16, |at, bytes, shown| format!("{at:08X}   {:<47}  {shown}", spaced(bytes, 1)))
            );
            for dump in [xxd, canonical.clone() + &end, canonical, tcpdump, wireshark, bare, powershell] {
                assert_eq!(xml(&dump).as_deref(), Some(text.as_str()), "{dump}");
            }
        }
    }

    #[test]
    fn a_dump_that_lacks_rows_or_bytes_is_none() {
        let dump = rows(XML.as_bytes(), 16, |at, bytes, _| format!("{at:06x} {}", spaced(bytes, 1)));
        assert!(xml(&dump).is_some());
        let lines: Vec<&str> = dump.lines().collect();
        let [without, twice] =
            [[0, 1, 3, 4].map(|at| lines[at]), [0, 1, 1, 2].map(|at| lines[at])].map(|rows| rows.join("\n"));
        let cut = dump.replacen(" 6C", " ", 1);
        let far = dump.replace("000010", "ffffffffffffffff");
        for none in [without, twice, cut, far, "0000".to_owned(), "0000\n0010".to_owned(), lines[0].to_owned()] {
            assert_eq!(xml(&none), None, "{none}");
        }
    }

    #[test]
    fn what_holds_no_message_is_no_hexadecimal() {
        let short = hex(b"<a/>");
        let none = [short, "9f86d081".repeat(20), hex(&[0xFF; 100]), hex(XML.as_bytes()) + "g", String::new()];
        for text in none {
            assert_eq!(xml(&text), None, "{text}");
        }
    }
}
