//! The colours behind the theme, in 24 bits, and what stands for them where there are fewer.

use ratatui::style::Color;

use super::theme::Level;
use crate::settings::Theme as Ground;

/// A colour in 24 bits, and the one of the 16 that stands for it. The 16 are what a person's
/// terminal makes of them, so that they suit its background.
type Role = (u32, Color);

/// The colours of a theme.
pub(super) struct Roles {
    pub(super) faint: Role,
    pub(super) border: Role,
    pub(super) accent: Role,
    pub(super) mention: Role,
    pub(super) unread: Role,
    pub(super) good: Role,
    pub(super) warning: Role,
    pub(super) bad: Role,
}

/// The colours for a background.
pub(super) fn roles(ground: Ground) -> Roles {
    let pick = |auto: u32, dark: u32, light: u32| match ground {
        Ground::Auto => auto,
        Ground::Dark => dark,
        Ground::Light => light,
    };
    Roles {
        // Bright black is the background itself in some themes: among 16 colours faint is dim.
        faint: (pick(0x76_76_76, 0x8a_8a_8a, 0x6c_6c_6c), Color::Reset),
        border: (pick(0x76_76_76, 0x58_58_58, 0xa8_a8_a8), Color::Reset),
        accent: (pick(0x27_7a_c6, 0x66_b2_ff, 0x00_63_ad), Color::Cyan),
        mention: (pick(0xb6_56_8e, 0xf2_8d_c6, 0x9c_3f_77), Color::Magenta),
        unread: (pick(0xb4_62_0c, 0xf2_98_4e, 0x95_4f_01), Color::Yellow),
        good: (pick(0x00_89_4b, 0x55_c2_7f, 0x03_70_3c), Color::Green),
        warning: (pick(0x9a_70_0b, 0xdb_a5_30, 0x7e_5b_06), Color::Yellow),
        bad: (pick(0xc0_54_69, 0xfe_8b_9f, 0xa6_3c_54), Color::Red),
    }
}

/// The nicks' colours for a background: hues around the circle of OKLCH, all of one luminance, so
/// that none stands out. For an unknown one it is the luminance (0.185) whose contrast to black and
/// to white is the same.
fn hues(ground: Ground) -> [u32; 15] {
    match ground {
        Ground::Auto => [
            0xc0_54_69, 0xc0_58_40, 0xb4_62_0c, 0x9a_70_0b, 0x80_7a_03, 0x58_83_18, 0x00_89_4b,
            0x0d_86_74, 0x01_84_8c, 0x0d_81_a4, 0x27_7a_c6, 0x61_70_cb, 0x86_66_c2, 0xa2_5d_ad,
            0xb6_56_8e,
        ],
        Ground::Dark => [
            0xfe_8b_9f, 0xfe_8f_75, 0xf2_98_4e, 0xdb_a5_30, 0xb8_b1_36, 0x8c_bb_57, 0x55_c2_7f,
            0x00_c3_a8, 0x01_c0_cb, 0x0c_bc_ee, 0x66_b2_ff, 0x97_a9_fe, 0xbd_9d_fe, 0xdc_93_e7,
            0xf2_8d_c6,
        ],
        Ground::Light => [
            0xa6_3c_54, 0xa6_40_2a, 0x95_4f_01, 0x7e_5b_06, 0x69_63_00, 0x45_6c_00, 0x03_70_3c,
            0x0e_6e_5e, 0x0a_6c_72, 0x0c_69_86, 0x00_63_ad, 0x4d_59_b2, 0x70_4f_aa, 0x8a_46_95,
            0x9c_3f_77,
        ],
    }
}

/// Of the 16 those that terminals make readable on their own background; blue is not, on many.
const NICKS_16: [Color; 8] = [
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Magenta,
    Color::Cyan,
    Color::LightRed,
    Color::LightBlue,
    Color::LightMagenta,
];

/// The colours of nicks; none where there are no colours.
pub(super) fn nicks(ground: Ground, level: Level) -> Vec<Color> {
    match level {
        Level::None => Vec::new(),
        Level::Ansi16 => NICKS_16.to_vec(),
        Level::Ansi256 => {
            let mut colours: Vec<Color> = hues(ground).map(|c| nearest_256(rgb(c))).to_vec();
            colours.dedup();
            colours
        }
        Level::True => hues(ground).map(|c| true_colour(rgb(c))).to_vec(),
    }
}

/// The colour of a role where there are this many.
pub(super) fn role((hex, named): Role, level: Level) -> Color {
    match level {
        Level::Ansi16 => named,
        _ => at_level(true_colour(rgb(hex)), level),
    }
}

/// A colour, or the nearest one where there are fewer.
pub(super) fn at_level(colour: Color, level: Level) -> Color {
    match (level, colour) {
        (Level::None, _) => Color::Reset,
        (Level::Ansi256, Color::Rgb(r, g, b)) => nearest_256((r, g, b)),
        (Level::Ansi16, Color::Rgb(r, g, b)) => nearest_16((r, g, b)),
        (Level::Ansi16, Color::Indexed(index)) => nearest_16(indexed(index)),
        (_, colour) => colour,
    }
}

/// Red, green and blue.
pub(super) type Rgb = (u8, u8, u8);

fn rgb(hex: u32) -> Rgb {
    let [_, r, g, b] = hex.to_be_bytes();
    (r, g, b)
}

fn true_colour((r, g, b): Rgb) -> Color {
    Color::Rgb(r, g, b)
}

fn distance(a: Rgb, b: Rgb) -> u32 {
    let part = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    // Eyes see differences of green best and of blue least.
    2 * part(a.0, b.0) + 4 * part(a.1, b.1) + part(a.2, b.2)
}

/// Of the 256: the cube and the greys; the first 16 look different in each terminal.
fn nearest_256(want: Rgb) -> Color {
    let nearest = (16..=255).min_by_key(|index| distance(indexed(*index), want));
    Color::Indexed(nearest.unwrap_or(16))
}

/// One of the 256 for a pixel of a picture: the nearest of the cube or of the greys. As
/// [`nearest_256`], without looking at all of them: a picture has thousands.
pub(super) fn near_256(want: Rgb) -> Color {
    // The levels of the cube are 0, 95, 135, 175, 215, 255.
    let step = |part: u8| match part {
        0..48 => 0,
        48..115 => 1,
        part => (part - 35) / 40,
    };
    let cube = 16 + 36 * step(want.0) + 6 * step(want.1) + step(want.2);
    // The distances of the three parts, weighed as they are in `distance`, are least at their mean.
    let mean = (2 * u16::from(want.0) + 4 * u16::from(want.1) + u16::from(want.2)) / 7;
    let grey = 232 + (mean.saturating_sub(3) / 10).min(23) as u8;
    let nearest = [cube, grey].into_iter();
    let nearest = nearest.min_by_key(|index| distance(indexed(*index), want));
    Color::Indexed(nearest.unwrap_or(cube))
}

/// One of the 16 for a pixel of a picture.
pub(super) fn near_16(want: Rgb) -> Color {
    nearest_16(want)
}

/// What xterm draws for an index.
fn indexed(index: u8) -> Rgb {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match index {
        0..16 => ANSI[usize::from(index)].1,
        16..232 => {
            let at = index - 16;
            let step = |n: u8| STEPS[usize::from(n % 6)];
            (step(at / 36), step(at / 6), step(at))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    }
}

/// The 16 as xterm draws them.
const ANSI: [(Color, Rgb); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

fn nearest_16(want: Rgb) -> Color {
    ANSI.iter()
        .min_by_key(|(_, rgb)| distance(*rgb, want))
        .map_or(Color::Reset, |(colour, _)| *colour)
}

/// The colour as 24 bits, as xterm draws it; `None` for the terminal's own.
#[must_use]
pub fn to_rgb(colour: Color) -> Option<(u8, u8, u8)> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(index) => Some(indexed(index)),
        named => ANSI
            .iter()
            .find(|(colour, _)| *colour == named)
            .map(|(_, rgb)| *rgb),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2).
    fn luminance((r, g, b): Rgb) -> f64 {
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn nicks_are_readable_on_the_backgrounds_they_are_for() {
        let (black, white) = ((0, 0, 0), (255, 255, 255));
        for level in [Level::Ansi256, Level::True] {
            for (ground, backs) in [
                (Ground::Auto, vec![black, white]),
                (Ground::Dark, vec![black, (30, 30, 30)]),
                (Ground::Light, vec![white, (250, 244, 230)]),
            ] {
                for colour in nicks(ground, level) {
                    let rgb = to_rgb(colour).expect("a colour of its own");
                    for back in &backs {
                        let contrast = contrast(rgb, *back);
                        assert!(contrast >= 3.0, "{colour:?} on {back:?}: {contrast:.1}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_quick_way_to_one_of_256_finds_one_as_near() {
        for n in 0..4096u32 {
            let part = |shift: u32| ((n >> shift & 15) * 17) as u8;
            let want = (part(0), part(4), part(8));
            let far = |colour| {
                let Color::Indexed(index) = colour else {
                    panic!("not one of the 256");
                };
                distance(indexed(index), want)
            };
            assert_eq!(far(near_256(want)), far(nearest_256(want)), "{want:?}");
        }
    }

    #[test]
    fn colours_become_the_nearest() {
        assert_eq!(nearest_256((95, 135, 175)), Color::Indexed(67));
        assert_eq!(nearest_256((128, 128, 128)), Color::Indexed(244));
        assert_eq!(nearest_16((250, 250, 250)), Color::White);
        assert_eq!(
            at_level(Color::Indexed(196), Level::Ansi16),
            Color::LightRed
        );
    }
}
