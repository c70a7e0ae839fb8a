//! Predictors (ISO 32000-1, section 7.4.4.4): what is packed is the difference to what stands before it or above it.

use super::stream::Parameters;

/// How the bytes of a stream were foretold.
pub(super) struct Predictor {
    kind: usize,
    /// The bytes of a pixel, and of a row.
    pixel: usize,
    row: usize,
    bits: usize,
}

impl Predictor {
    /// The predictor of these parameters; `None` when there is none.
    pub(super) fn read(parameters: &Parameters) -> Option<Self> {
        let wide = parameters.colors.saturating_mul(parameters.bits);
        (parameters.predictor > 1).then(|| Self {
            kind: parameters.predictor,
            pixel: wide.div_ceil(8).max(1),
            row: wide.saturating_mul(parameters.columns).div_ceil(8),
            bits: parameters.bits,
        })
    }

    /// The bytes as they were; `None` for a predictor that is not read.
    pub(super) fn undone(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.row == 0 || self.pixel > self.row {
            return None;
        }
        match self.kind {
            2 if self.bits == 8 => Some(self.left_undone(bytes)),
            10..=15 => self.rows_undone(bytes),
            _ => None,
        }
    }

    /// TIFF: each pixel is the difference to the one on its left.
    fn left_undone(&self, bytes: &[u8]) -> Vec<u8> {
        let mut plain = Vec::with_capacity(bytes.len());
        for (at, byte) in bytes.iter().enumerate() {
            let is_first = at % self.row < self.pixel;
            let left = at.checked_sub(self.pixel).filter(|_| !is_first);
            plain.push(byte.wrapping_add(left.and_then(|left| plain.get(left)).copied().unwrap_or_default()));
        }
        plain
    }

    /// PNG: each row begins with how it was foretold; `None` when one says what there is not.
    fn rows_undone(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut plain: Vec<u8> = Vec::with_capacity(bytes.len());
        let mut above = vec![0; self.row.min(bytes.len())];
        for packed in bytes.chunks(self.row.checked_add(1)?) {
            let (&filter, packed) = packed.split_first()?;
            let mut row: Vec<u8> = Vec::with_capacity(packed.len());
            for (at, byte) in packed.iter().enumerate() {
                let before = at.checked_sub(self.pixel);
                let of = |row: &[u8], at: Option<usize>| at.and_then(|at| row.get(at)).copied().unwrap_or_default();
                let (left, up, corner) = (of(&row, before), of(&above, Some(at)), of(&above, before));
                let foretold = match filter {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => left.midpoint(up),
                    4 => paeth(left, up, corner),
                    _ => return None,
                };
                row.push(byte.wrapping_add(foretold));
            }
            plain.extend_from_slice(&row);
            above = row;
        }
        Some(plain)
    }
}

/// The neighbour that is nearest to left + up - corner (PNG, section 9.4).
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (guess - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::super::value::Values;
    use super::*;

    fn predictor(parameters: &str) -> Option<Predictor> {
        let told = Values::new(parameters.as_bytes()).next();
        Predictor::read(&Document::default().parameters(told.as_ref()).unwrap())
    }

    #[test]
    fn rows_are_read_by_every_filter() {
        let predictor = predictor("<< /Predictor 15 /Columns 4 >>").unwrap();
        let rows = [
            [0, 10, 20, 30, 40],
            [1, 10, 10, 10, 10],
            [2, 1, 1, 1, 1],
            [3, 0, 0, 0, 0],
            [4, 1, 0, 0, 0],
        ];
        let plain = predictor.undone(&rows.concat()).unwrap();
        assert_eq!(
            plain.get(..12).unwrap(),
            [10, 20, 30, 40, 10, 20, 30, 40, 11, 21, 31, 41]
        );
        assert_eq!(plain.get(12..).unwrap(), [5, 13, 22, 31, 6, 13, 22, 31]);
        assert_eq!(predictor.undone(&[5, 1, 1, 1, 1]), None);
    }

    #[test]
    fn pixels_are_read_by_those_on_their_left() {
        let predictor = predictor("<< /Predictor 2 /Columns 3 >>").unwrap();
        assert_eq!(predictor.undone(&[1, 1, 1, 5, 0, 255]).unwrap(), [1, 2, 3, 5, 5, 4]);
    }

    #[test]
    fn parameters_that_cannot_be_are_refused_and_none_are_none() {
        assert!(predictor("<< /Columns 4 >>").is_none());
        assert!(predictor("<< /Predictor 1 >>").is_none());
        for parameters in [
            "<< /Predictor 12 /Columns 0 >>",
            "<< /Predictor 2 /Columns 4 /BitsPerComponent 4 >>",
            "<< /Predictor 7 >>",
        ] {
            assert_eq!(predictor(parameters).unwrap().undone(b"abcd"), None, "{parameters}");
        }
        let told = Values::new(b"<< /Predictor 12 /Colors 99999999999999999999 >>").next();
        assert!(Document::default().parameters(told.as_ref()).is_none());
    }
}
