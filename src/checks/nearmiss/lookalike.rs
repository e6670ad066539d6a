//! Characters that look like others, and characters that nobody sees.

/// Of scripts whose letters are mixed with Latin ones to deceive, each with the ASCII letter that it looks like in common
/// fonts; the pairs are among those of the Unicode Consortium's confusables (UTS #39 §4).
pub(super) const LETTERS: [(&str, &str); 5] = [
    // Cyrillic.
    ("аеорсухѕіјһԁԛԝӏкгѵ", "aeopcyxsijhdqwlkrv"),
    ("АВЕКМНОРСТХУЅІЈԚԜӀ", "ABEKMHOPCTXYSIJQWI"),
    // Greek.
    ("αορνικυχγϲϳτ", "aopvikuxycjt"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    // Armenian, and Latin beyond ASCII.
    ("օոսհցıɡɑℓƖᴏ", "onuhgigallo"),
];

/// Punctuation, each with the ASCII character that it looks like.
const PUNCTUATION: [(char, &str); 5] = [('.', "。｡․"), ('/', "⁄∕⧸"), ('-', "‐‑‒–—−﹣"), (':', "∶꞉ː﹕"), ('\'', "’‘ʹʼ")];

/// The ASCII character that this one looks like, where it is another.
pub fn lookalike(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    // The full-width forms stand in the order of ASCII.
    if let '\u{ff01}'..='\u{ff5e}' = c {
        return char::from_u32(u32::from(c) - 0xfee0);
    }
    let letter = LETTERS.iter().find_map(|(others, plain)| {
        let (_, plain) = others.chars().zip(plain.chars()).find(|(other, _)| *other == c)?;
        Some(plain)
    });
    letter.or_else(|| PUNCTUATION.iter().find(|(_, others)| others.contains(c)).map(|(plain, _)| *plain))
}

/// Whether it controls the direction of text (Unicode Annex 9 §2).
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether nobody sees it, and it is no white space: of no width, a filler, a tag, or controlling the direction of text.
pub fn is_invisible(c: char) -> bool {
    is_bidi_control(c)
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200d}'
                | '\u{2060}'..='\u{2065}'
                | '\u{206a}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
