//! What editors and mail programs put before each line of a text: its number, a mark that it is quoted.

use super::log::line_of;

/// A piece without what stands before each of its lines, and of how many that was taken. `None` where they do not all have
/// it.
pub(super) fn without(text: &str, start: usize, end: usize) -> Option<(String, usize)> {
    let (first, rest) = text.get(start..end)?.split_once('\n')?;
    let margin = Margin::of(line_of(text, start)?)?;
    let mut out = String::with_capacity(end - start);
    out.push_str(first);
    let mut count = 0;
    for (at, line) in rest.split('\n').enumerate() {
        out.push('\n');
        out.push_str(margin.off(line, at + 1)?);
        count += 1;
    }
    Some((out, count))
}

/// What stands before a line.
enum Margin<'a> {
    /// `> `, once for each time that it was quoted; the `+` of a difference.
    Quoted(&'a str),
    /// A number that grows, and what stands behind it.
    Numbered(usize, &'a str),
}

impl<'a> Margin<'a> {
    fn of(prefix: &'a str) -> Option<Self> {
        let mark = prefix.trim();
        if mark == "+" || (!mark.is_empty() && mark.chars().all(|c| matches!(c, '>' | ' '))) {
            return Some(Self::Quoted(mark));
        }
        let (number, behind) = number(prefix)?;
        let is_mark = behind.chars().all(|c| c.is_ascii_whitespace() || matches!(c, '|' | ':' | '.' | ')'));
        (is_mark && !behind.is_empty()).then_some(Self::Numbered(number, behind))
    }

    /// A line without it, so many lines below the first.
    fn off<'l>(&self, line: &'l str, below: usize) -> Option<&'l str> {
        match self {
            Self::Quoted(mark) => {
                let line = line.trim_start_matches(' ').strip_prefix(mark)?;
                // Behind a `+` each space is the line's own.
                Some(line.strip_prefix(' ').filter(|_| *mark != "+").unwrap_or(line))
            }
            Self::Numbered(first, behind) => {
                let (number, line) = number(line).filter(|(number, _)| first.checked_add(below) == Some(*number))?;
                // An empty line has no white space behind its number.
                Some(line.strip_prefix(behind).unwrap_or_else(|| line.trim_start())).filter(|_| number > 0)
            }
        }
    }
}

/// The number that a line begins with, and what stands behind it.
fn number(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_start_matches([' ', '\t']);
    let end = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
    let (digits, behind) = line.split_at_checked(end)?;
    Some((digits.parse().ok()?, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 4] = ["<a>", "  <b/>", "", "</a>"];

    fn read(margin: impl Fn(usize) -> String) -> Option<(String, usize)> {
        let lines: Vec<String> = LINES.iter().enumerate().map(|(at, line)| margin(at) + line).collect();
        let text = format!("words\n{}", lines.join("\n"));
        without(&text, text.find("<a>").unwrap(), text.len())
    }

    #[test]
    fn numbers_and_marks_of_quotation_are_taken_off() {
        let whole = Some((LINES.join("\n"), 3));
        assert_eq!(read(|at| format!("{}\t", at + 1)), whole);
        assert_eq!(read(|at| format!("{:4} | ", at + 98)), whole);
        assert_eq!(read(|at| format!("{}: ", at + 1)), whole);
        assert_eq!(read(|_| "> ".to_owned()), whole);
        assert_eq!(read(|_| " >> ".to_owned()), whole);
        assert_eq!(read(|_| "> > ".to_owned()), whole);
        assert_eq!(read(|_| "+".to_owned()), whole);
    }

    #[test]
    fn what_not_every_line_has_is_the_message_s_own() {
        assert_eq!(read(|_| String::new()), None);
        assert_eq!(read(|_| "  ".to_owned()), None);
        assert_eq!(read(|at| if at == 0 { "> ".to_owned() } else { String::new() }), None);
        assert_eq!(read(|_| "7\t".to_owned()), None, "no number grows");
        assert_eq!(read(|at| format!("{}", at + 1)), None, "nothing is between");
        assert_eq!(read(|at| format!("{}\t", usize::MAX - 1 + at.min(1))), None);
        assert_eq!(without("<a/>", 0, 4), None);
    }
}
