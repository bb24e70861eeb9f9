//! What can happen, and the steps of a seed. The numbers in a step choose among what there is at that
//! moment, so that every sequence of steps means something and a failing one shrinks.

use crate::rng::Rng;

/// Steps of one seed.
pub(crate) const STEPS: usize = 1_000;

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// One of the queues that hold something moves by some.
    Move { which: u16, amount: u8 },
    /// A client that has no connection makes one.
    Connect { client: u8, worker: u8 },
    /// A client's connection is cut, and all that was under way with it.
    Cut { client: u8 },
    /// A client closes its connection; what it has sent still arrives.
    HangUp { client: u8 },
    /// A client reads no more, or reads again.
    Read { client: u8, reads: bool },
    /// A client's person does something.
    Act { client: u8, act: Act },
    /// The next commit fails.
    CommitFails,
    /// The disk is full, or has space again.
    Full { full: bool },
    /// A worker's reader answers nothing for a while.
    ReaderStalls { worker: u8 },
    /// It goes on.
    ReaderGoesOn { worker: u8 },
    /// The store can't be read once.
    ReadFails { worker: u8 },
    /// The server is killed when it has committed some of what is decided and told nobody.
    Crash { commits: u8, power: Power },
    /// Milliseconds pass.
    Wait { ms: u32 },
    /// The wall clock is set.
    Clock { ms: i64 },
    /// The period of the rosters has passed.
    RosterDue,
    /// What nobody wants is looked for.
    Sweep,
    /// Everything moves until nothing can.
    Quiet,
}

/// Whether a crash is one of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// The program is killed: what was written is there.
    Stays,
    /// What was not brought to the disk is gone.
    Fails,
}

/// What a client's person does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Post { place: u8, bytes: u16 },
    Burst { place: u8 },
    About { place: u8, of: u8, what: u8 },
    Join { room: u8 },
    Part { place: u8 },
    Direct { person: u8 },
    Topic { place: u8 },
    MarkRead { place: u8 },
    Rename { n: u8 },
    Away { away: bool },
    Look { n: u8 },
    Scroll { place: u8, from: u8 },
    Resend,
    Rewind { place: u8, back: u8 },
    Retry,
    GiveUp,
    Quit,
    Canvas { place: u8 },
    Draw { canvas: u8, what: u8 },
    Scribble { canvas: u8 },
    File { place: u8, content: u8 },
    Claim { content: u8 },
    Cancel { n: u8 },
    Fetch { place: u8, of: u8 },
}

/// What a step may be: weights of the kinds, as they stand in [`Kinds::draw`].
struct Kinds {
    steps: [u64; 17],
    acts: [u64; 24],
}

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

impl Kinds {
    /// Each seed has its own mixture: of what happens all the time little shows. Some kinds don't
    /// occur at all, some often; every second seed draws or sends files.
    fn of(rng: &mut Rng) -> Kinds {
        let mut steps = [150, 6, 1, 2, 4, 40, 1, 2, 4, 3, 1, 1, 6, 1, 1, 1, 1];
        let mut acts = [
            14, 2, 8, 5, 5, 3, 1, 1, 2, 1, 1, 2, 2, 6, 3, 1, 1, 1, 2, 1, 3, 1, 1, 2,
        ];
        let (drawing, files) = (17..20, 20..24);
        for step in &mut steps[1..] {
            *step *= [0, 1, 1, 3][rng.below(4) as usize];
        }
        // Without people nothing happens.
        steps[1] = steps[1].max(2);
        steps[5] = steps[5].max(20);
        for act in &mut acts {
            *act *= [0, 1, 1, 2][rng.below(4) as usize];
        }
        match rng.below(4) {
            0 => {
                acts[drawing.clone()].copy_from_slice(&[6, 12, 24]);
                acts[files].fill(0);
                (steps[13], steps[16]) = (3, 5);
            }
            1 => {
                acts[files].copy_from_slice(&[20, 4, 5, 20]);
                acts[2] = 12;
                (steps[6], steps[16]) = (2, 3);
            }
            2 => {
                acts[files].fill(0);
                acts[drawing].fill(0);
            }
            _ => {}
        }
        // Something is said.
        acts[0] = acts[0].max(4);
        Kinds { steps, acts }
    }

    fn draw(&self, rng: &mut Rng) -> Step {
        let (client, worker) = (rng.byte(), rng.byte());
        match rng.weighted(&self.steps) {
            1 => Step::Connect { client, worker },
            2 => Step::Cut { client },
            3 => Step::HangUp { client },
            4 => Step::Read {
                client,
                reads: rng.below(10) < 6,
            },
            5 => Step::Act {
                client,
                act: self.act(rng),
            },
            6 => Step::CommitFails,
            7 => Step::Full {
                full: rng.below(3) == 0,
            },
            8 => Step::ReaderStalls { worker },
            9 => Step::ReaderGoesOn { worker },
            10 => Step::ReadFails { worker },
            11 => Step::Crash {
                commits: rng.below(3) as u8,
                power: match rng.below(2) {
                    0 => Power::Stays,
                    _ => Power::Fails,
                },
            },
            12 => Step::Wait {
                ms: match rng.below(30) {
                    0 => 9_000 + rng.below(70_000) as u32,
                    1..10 => 400 + rng.below(1_100) as u32,
                    _ => 1 + rng.below(400) as u32,
                },
            },
            13 => Step::Clock {
                ms: match rng.below(6) {
                    0 => -(rng.below(60_000) as i64),
                    1 => -(HOUR * rng.below(48) as i64),
                    2 => HOUR * rng.below(48) as i64,
                    3 => rng.below(60_000) as i64,
                    // What decides about canvases is ten minutes old.
                    4 => 600_000 + rng.below(60_000) as i64,
                    _ => -600_000 - rng.below(60_000) as i64,
                },
            },
            14 => Step::RosterDue,
            15 => Step::Sweep,
            16 => Step::Quiet,
            _ => Step::Move {
                which: rng.next() as u16,
                amount: rng.below(10) as u8,
            },
        }
    }

    fn act(&self, rng: &mut Rng) -> Act {
        let (place, n) = (rng.byte(), rng.byte());
        match rng.weighted(&self.acts) {
            1 => Act::Burst { place },
            2 => Act::About {
                place,
                of: rng.below(6) as u8,
                what: n,
            },
            3 => Act::Join { room: n },
            4 => Act::Part { place },
            5 => Act::Direct { person: n },
            6 => Act::Topic { place },
            7 => Act::MarkRead { place },
            8 => Act::Rename { n },
            9 => Act::Away { away: n < 128 },
            10 => Act::Look { n },
            11 => Act::Scroll {
                place,
                from: rng.below(20) as u8,
            },
            12 => Act::Resend,
            13 => Act::Rewind {
                place,
                back: rng.below(30) as u8,
            },
            14 => Act::Retry,
            15 => Act::GiveUp,
            16 => Act::Quit,
            17 => Act::Canvas { place },
            18 => Act::Draw {
                canvas: place,
                what: n,
            },
            19 => Act::Scribble { canvas: place },
            20 => Act::File { place, content: n },
            21 => Act::Claim { content: n },
            22 => Act::Cancel { n },
            23 => Act::Fetch {
                place,
                of: rng.below(8) as u8,
            },
            _ => Act::Post {
                place,
                bytes: match rng.below(5) {
                    0 | 1 => 5_000 + rng.below(3_000) as u16,
                    _ => 1 + rng.below(40) as u16,
                },
            },
        }
    }
}

/// The steps that follow from a seed.
pub(crate) fn of_seed(seed: u64) -> Vec<Step> {
    let mut rng = Rng::new(seed);
    let kinds = Kinds::of(&mut rng);
    (0..STEPS).map(|_| kinds.draw(&mut rng)).collect()
}
