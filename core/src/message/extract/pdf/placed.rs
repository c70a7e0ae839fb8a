//! The text of a content stream by where its letters stand (ISO 32000-1, section 9.4.4): some programs place each letter
//! by itself, in any order, and what they write one behind the other says nothing.

use super::value::Value;

/// Follows the matrices of a content stream, and keeps each piece of text with its place.
#[derive(Default)]
pub(super) struct Placed {
    page: Matrix,
    saved: Vec<Matrix>,
    text: Matrix,
    line: Matrix,
    leading: f64,
    size: f64,
    pieces: Vec<Piece>,
}

/// A piece of text in the direction in which it is written.
struct Piece {
    /// The direction, in degrees.
    angle: f64,
    /// How far it stands along its line, and where its line stands.
    along: f64,
    across: f64,
    /// The height of its letters, and how long it is.
    em: f64,
    length: f64,
    text: String,
}

impl Placed {
    pub(super) fn operator(&mut self, operator: &[u8], operands: &[Value<'_>]) {
        let numbers: Vec<f64> = operands.iter().filter_map(number).collect();
        match (operator, numbers.as_slice()) {
            (b"q", _) if self.saved.len() < SAVED => self.saved.push(self.page),
            (b"Q", _) => self.page = self.saved.pop().unwrap_or_default(),
            (b"cm", numbers) => self.page = Matrix::of(numbers).then(self.page),
            (b"BT", _) => self.start(Matrix::default()),
            (b"Tm", numbers) => self.start(Matrix::of(numbers)),
            (b"Td", &[x, y]) => self.next_line(x, y),
            (b"TD", &[x, y]) => {
                self.leading = -y;
                self.next_line(x, y);
            }
            (b"TL", &[leading]) => self.leading = leading,
            (b"T*" | b"'" | b"\"", _) => self.next_line(0.0, -self.leading),
            (b"Tf", &[size]) => self.size = size,
            _ => {}
        }
    }

    /// Keeps a piece of text at the place that was reached.
    pub(super) fn show(&mut self, text: &str) {
        let Matrix([a, b, _, _, x, y]) = self.text.then(self.page);
        let scale = a.mul_add(a, b * b).sqrt();
        let (em, length) = (scale * self.size.abs(), width(text) * self.size.abs());
        let (cosine, sine) = if scale > 0.0 {
            (a / scale, b / scale)
        } else {
            (1.0, 0.0)
        };
        let piece = Piece {
            angle: sine.atan2(cosine).to_degrees().round(),
            along: x.mul_add(cosine, y * sine),
            across: y.mul_add(cosine, -x * sine),
            em,
            length: length * scale,
            text: text.to_owned(),
        };
        if [piece.angle, piece.along, piece.across, em]
            .iter()
            .all(|value| value.is_finite())
        {
            self.pieces.push(piece);
        }
        self.shift(length);
    }

    /// Moves on by thousandths of the letters' height, to the left, as between the strings of `TJ`.
    pub(super) fn kern(&mut self, thousandths: f64) {
        self.shift(-thousandths / 1_000.0 * self.size);
    }

    /// The text by its places, if most of it was placed letter by letter.
    pub(super) fn text(mut self) -> Option<String> {
        let single = self
            .pieces
            .iter()
            .filter(|piece| piece.text.chars().nth(2).is_none())
            .count();
        if self.pieces.len() < FEWEST || single * 2 < self.pieces.len() {
            return None;
        }
        let by_line = |one: &Piece, two: &Piece| {
            let angle = one.angle.total_cmp(&two.angle);
            angle.then(two.across.total_cmp(&one.across))
        };
        self.pieces.sort_by(by_line);
        let lines = self.pieces.chunk_by_mut(|one, two| {
            one.angle.total_cmp(&two.angle).is_eq() && (one.across - two.across).abs() <= one.em * SAME_LINE
        });
        let mut text = String::new();
        for line in lines {
            line.sort_by(|one, two| one.along.total_cmp(&two.along));
            let mut end = f64::INFINITY;
            for piece in line {
                if piece.along - end > piece.em * BLANK && !text.ends_with(char::is_whitespace) {
                    text.push(' ');
                }
                text.push_str(&piece.text);
                end = piece.along + piece.length;
            }
            text.push('\n');
        }
        Some(text)
    }

    const fn start(&mut self, matrix: Matrix) {
        self.text = matrix;
        self.line = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.start(Matrix::shift(x, y).then(self.line));
    }

    fn shift(&mut self, x: f64) {
        self.text = Matrix::shift(x, 0.0).then(self.text);
    }
}

/// The six numbers of a transformation (ISO 32000-1, section 8.3.3).
#[derive(Clone, Copy)]
struct Matrix([f64; 6]);

impl Default for Matrix {
    fn default() -> Self {
        Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    }
}

impl Matrix {
    /// The one of six operands; any other number of them changes nothing.
    fn of(numbers: &[f64]) -> Self {
        numbers.try_into().map(Self).unwrap_or_default()
    }

    const fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This transformation, and then the `other`.
    fn then(self, other: Self) -> Self {
        let Self([first, second, third, fourth, right, up]) = self;
        let (along, across) = (other.turned(first, second), other.turned(third, fourth));
        let place = other.turned(right, up);
        let Self([.., x, y]) = other;
        Self([along.0, along.1, across.0, across.1, place.0 + x, place.1 + y])
    }

    /// A step to the right and upwards, without the shift.
    fn turned(self, right: f64, up: f64) -> (f64, f64) {
        let Self([a, b, c, d, ..]) = self;
        (a.mul_add(right, c * up), b.mul_add(right, d * up))
    }
}

const fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// About how wide a text is, in heights of its letters, by the widths of Helvetica.
fn width(text: &str) -> f64 {
    let of = |character: char| match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '/' | 'f' | 't' => 0.28,
        'm' | 'w' | 'M' | 'W' | '@' => 0.87,
        'A'..='Z' => 0.68,
        _ => 0.53,
    };
    text.chars().map(of).sum()
}

/// The standard knows no page that saves more states in one another (ISO 32000-1, annex C).
const SAVED: usize = 28;
/// Fewer pieces are no page, however short they are.
const FEWEST: usize = 8;
/// Letters of one line stand no further apart in their height.
const SAME_LINE: f64 = 0.3;
/// A gap of so much of the letters' height is a blank, which is 0.2 to 0.3 wide; letters may be some wider than assumed.
const BLANK: f64 = 0.17;
