//! Which rows are in view: a box scrolls over all of them, and only those near its window exist.

/// Pixels that a box may be high within: browsers draw nothing beyond some 17 to 33 million.
const HIGHEST: f64 = 8_000_000.0;

/// Rows of one height in a window. Heights are in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scroll {
    /// How many rows there are.
    pub rows: usize,
    /// The height of one.
    pub row: f64,
    /// The height of the window.
    pub window: f64,
}

impl Scroll {
    /// The height of what is scrolled over.
    pub fn height(&self) -> f64 {
        self.true_height().min(HIGHEST)
    }

    fn true_height(&self) -> f64 {
        self.rows as f64 * self.row
    }

    /// Rows for one of which the window would have to move, in pixels of true height, where there are too many to be
    /// laid out: 1 for all ordinary texts.
    fn speed(&self) -> f64 {
        let (all, shown) = (self.true_height() - self.window, self.height() - self.window);
        if shown > 0.0 { (all / shown).max(1.0) } else { 1.0 }
    }

    /// The row at the window's upper edge, and what part of it is above.
    pub fn top(&self, scrolled: f64) -> f64 {
        if self.row > 0.0 { (scrolled * self.speed() / self.row).max(0.0) } else { 0.0 }
    }

    /// How far to scroll so that a row is at the window's upper edge, or as near to it as there are rows below.
    pub fn to(&self, row: f64) -> f64 {
        (row * self.row / self.speed()).clamp(0.0, (self.height() - self.window).max(0.0))
    }

    /// The rows to be made for a window: the first, the one after the last, and where the first one stands.
    pub fn made(&self, scrolled: f64, margin: usize) -> (usize, usize, f64) {
        let top = self.top(scrolled);
        // By the margin, so that scrolling within it changes nothing.
        let step = margin.max(1);
        let first = (top as usize / step * step).saturating_sub(margin);
        let shown = if self.row > 0.0 { (self.window / self.row).ceil() as usize } else { 0 };
        let end = (first + shown + 3 * step + 1).min(self.rows);
        let at = if self.speed() > 1.0 { scrolled - (top - first as f64) * self.row } else { first as f64 * self.row };
        (first.min(end), end, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_stand_where_they_are() {
        let scroll = Scroll { rows: 1000, row: 20.0, window: 400.0 };
        assert_eq!(scroll.height(), 20_000.0);
        assert_eq!(scroll.top(205.0), 10.25);
        assert_eq!(scroll.to(10.0), 200.0);
        assert_eq!(scroll.to(999.0), 19_600.0, "the last row is at the lower edge");
        assert_eq!(scroll.made(0.0, 10), (0, 51, 0.0));
        assert_eq!(scroll.made(2_000.0, 10), (90, 141, 1_800.0));
        assert_eq!(scroll.made(2_199.0, 10), (90, 141, 1_800.0), "within the margin nothing changes");
    }

    #[test]
    fn every_row_in_the_window_is_made() {
        for rows in [0, 1, 30, 1_000, 3_000_000] {
            let scroll = Scroll { rows, row: 24.0, window: 700.0 };
            let mut scrolled = 0.0;
            while scrolled <= (scroll.height() - scroll.window).max(0.0) {
                let (first, end, at) = scroll.made(scrolled, 16);
                assert!(end - first <= 80);
                assert!(at <= scrolled, "{rows} {scrolled}");
                let below = at + (end - first) as f64 * 24.0;
                assert!(end == rows || below >= scrolled + 700.0, "{rows} {scrolled}");
                scrolled += 977.0 * (1.0 + rows as f64 / 1000.0);
            }
        }
    }

    #[test]
    fn the_last_of_too_many_rows_is_reached() {
        let scroll = Scroll { rows: 3_000_000, row: 24.0, window: 720.0 };
        assert_eq!(scroll.height(), HIGHEST);
        let end = scroll.height() - scroll.window;
        assert!((scroll.top(end) - (3_000_000.0 - 30.0)).abs() < 0.01);
        let (first, last, at) = scroll.made(end, 16);
        assert_eq!(last, 3_000_000);
        assert!((at + (last - first) as f64 * 24.0 - HIGHEST).abs() < 0.1, "it ends where the box does");
        assert!((scroll.top(scroll.to(1_234_567.0)) - 1_234_567.0).abs() < 0.01);
    }

    #[test]
    fn nothing_measured_is_nothing_made() {
        assert_eq!(Scroll::default().made(0.0, 16), (0, 0, 0.0));
        assert_eq!(Scroll { rows: 5, row: 0.0, window: 0.0 }.top(10.0), 0.0);
    }
}
