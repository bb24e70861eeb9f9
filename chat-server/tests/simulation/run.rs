//! Runs seeds, many at once; replays one and makes it short.

use std::env;
use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::fault::Fault;
use crate::seen::Seen;
use crate::step::{Step, of_seed};
use crate::store::Beside;
use crate::violation::{Checked, Violation};
use crate::world::World;

/// What is shown of what happened before a violation, in lines.
const SHOWN: usize = 40;

/// Runs in which a failing sequence of steps is made shorter at most.
const SHRINKS: usize = 2_000;

/// Something that was found.
#[derive(Debug)]
pub(crate) struct Failure {
    /// In which seed.
    pub(crate) seed: u64,
    /// What.
    pub(crate) violation: Violation,
}

/// A number from the environment.
pub(crate) fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

/// What a panic in the code that is simulated says counts as a violation, too.
fn live(world: &mut World, steps: &[Step]) -> Checked {
    catch_unwind(AssertUnwindSafe(|| world.live(steps))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Violation(format!("panic: {}", text.unwrap_or_default())))
    })
}

/// Performs `steps`; what happened is added to `seen`.
pub(crate) fn run(fault: Fault, beside: Beside, steps: &[Step], seen: &mut Seen) -> Checked {
    let mut world = World::new(fault, beside);
    let result = live(&mut world, steps);
    world.tell(seen);
    result
}

/// The lowest of the seeds in which a check finds something that `counts`.
pub(crate) fn first_failure(
    fault: Fault,
    beside: Beside,
    seeds: Range<u64>,
    counts: impl Fn(&Violation) -> bool + Sync,
) -> (Option<Failure>, Seen) {
    let next = AtomicU64::new(seeds.start);
    let found: Mutex<(Option<Failure>, Seen)> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut seen = Seen::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let lower = |found: &Option<Failure>| found.as_ref().is_some_and(|f| f.seed < seed);
            if !seeds.contains(&seed) || lower(&found.lock().expect("nobody panics").0) {
                break;
            }
            if let Err(violation) = run(fault, beside, &of_seed(seed), &mut seen)
                && counts(&violation)
            {
                let found = &mut found.lock().expect("nobody panics").0;
                if found.as_ref().is_none_or(|other| seed < other.seed) {
                    *found = Some(Failure { seed, violation });
                }
            }
        }
        found.lock().expect("nobody panics").1.add(&seen);
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    found.into_inner().expect("nobody panics")
}

/// Everything that happens with these steps, and what is found.
pub(crate) fn trace(fault: Fault, beside: Beside, steps: &[Step]) -> (Vec<String>, Checked) {
    let mut world = World::new(fault, beside);
    world.trace();
    let result = live(&mut world, steps);
    (world.traced().to_vec(), result)
}

/// A failing seed, as short as it becomes, and the end of what happens.
#[derive(Debug)]
pub(crate) struct Report {
    seed: u64,
    steps: Vec<Step>,
    trace: Vec<String>,
    violation: Violation,
}

/// Replays what was found, with as few steps as still show it.
pub(crate) fn report(fault: Fault, beside: Beside, failure: Failure) -> Report {
    let Failure { seed, violation } = failure;
    let kind = violation.kind().to_owned();
    let fails = |steps: &[Step]| {
        let result = run(fault, beside, steps, &mut Seen::default());
        result.is_err_and(|violation| violation.kind() == kind)
    };
    let steps = shorter(of_seed(seed), fails);
    let (trace, result) = trace(fault, beside, &steps);
    let violation = result.err().unwrap_or(violation);
    Report {
        seed,
        steps,
        trace,
        violation,
    }
}

/// Leaves out steps, many at a time and then fewer, as long as it still `fails`.
fn shorter(mut steps: Vec<Step>, fails: impl Fn(&[Step]) -> bool) -> Vec<Step> {
    let mut runs = 0;
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < steps.len() && runs < SHRINKS {
            let end = (at + size).min(steps.len());
            let without: Vec<Step> = [&steps[..at], &steps[end..]].concat();
            runs += 1;
            match fails(&without) {
                true => steps = without,
                false => at = end,
            }
        }
        size /= 2;
    }
    steps
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.len();
        writeln!(f, "SIM_SEED={} with {steps} of its steps:", self.seed)?;
        for step in &self.steps {
            writeln!(f, "{step:?}")?;
        }
        writeln!(f, "The last of what happens:")?;
        for line in self.trace.iter().rev().take(SHOWN).rev() {
            writeln!(f, "{line}")?;
        }
        write!(f, "{}", self.violation)
    }
}
