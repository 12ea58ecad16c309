//! Charts: bars in SVG, made here, without a script. What they show stands beside them as a table, too.

/// A chart of bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Makes the ids of its parts unique on the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// The same in a sentence, with the main numbers.
    pub desc: String,
    /// The width of the drawing; it is 100 high.
    pub width: u64,
    /// The parts of the bars.
    pub parts: Vec<Part>,
    /// What stands below, from left to right.
    pub ticks: Vec<String>,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its look: `good` or `bad`.
    pub look: &'static str,
    /// From the left.
    pub x: u64,
    /// From the top.
    pub y: u64,
    /// How high.
    pub height: u64,
}

/// How much room a bar has; it is 8 wide.
const STEP: u64 = 10;

impl Chart {
    /// A chart of pairs: the first of each stands below, the second upon it.
    #[must_use]
    pub fn of(
        id: &'static str,
        title: &str,
        desc: String,
        values: &[(u64, u64)],
        ticks: Vec<String>,
    ) -> Self {
        let most = values.iter().map(|(good, bad)| good + bad).max().unwrap_or(0).max(1);
        // what there is can be seen, however little
        let height = |value: u64| if value == 0 { 0 } else { (value * 100 / most).max(1) };
        let mut parts = Vec::new();
        for ((good, bad), x) in values.iter().zip((1..).step_by(10)) {
            let (low, high) = (height(*good), height(*bad));
            let low = low.min(100 - high.min(100));
            parts.push(Part { look: "good", x, y: 100 - low, height: low });
            parts.push(Part { look: "bad", x, y: (100 - low).saturating_sub(high), height: high });
        }
        parts.retain(|part| part.height > 0);
        let width = u64::try_from(values.len()).unwrap_or(0) * STEP;
        Self { id, title: title.to_owned(), desc, width, parts, ticks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_upon_each_other_and_stay_inside() {
        let chart = Chart::of("x", "", String::new(), &[(50, 50), (0, 0), (1000, 1), (0, 3)], Vec::new());
        assert_eq!(chart.width, 40);
        for part in &chart.parts {
            assert!(part.y + part.height <= 100 && part.height >= 1 && part.x + 8 <= 40, "{part:?}");
        }
        let columns: Vec<u64> = chart.parts.iter().map(|part| part.x).collect();
        assert_eq!(columns, [1, 1, 21, 21, 31]);
        assert_eq!(chart.parts[2].y, chart.parts[3].y + chart.parts[3].height);
    }

    #[test]
    fn an_empty_chart_is_empty() {
        assert!(Chart::of("x", "", String::new(), &[], Vec::new()).parts.is_empty());
    }
}
