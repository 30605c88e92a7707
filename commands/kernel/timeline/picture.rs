//! The picture of an incident: its phases as bars over time, with what is due and everything that happened.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{
    event::{Event, events},
    phase::{Phase, phases},
    svg::{LINE, Look, Svg},
};
use crate::kernel::{embargoed::Team, incident::Incident, reply, when, world::World};

/// The picture's width, in pixels.
const WIDTH: f64 = 960.0;
/// The empty space around.
const MARGIN: f64 = 20.0;
/// Where time begins and ends. What is said of a phase stands to the left of it.
const LEFT: f64 = 250.0;
const RIGHT: f64 = WIDTH - 40.0;
/// How high a phase's row is, and its bar in it.
const ROW: f64 = 42.0;
const BAR: f64 = 16.0;
/// Where the words of the list begin.
const WORDS: f64 = MARGIN + 230.0;
/// How many dots stand above each other where much happened at once, and how far apart.
const DOTS_MAX: usize = 8;
const DOT: f64 = 10.0;
/// How much of the time there is stays free at its end.
const ROOM_AFTER: f64 = 0.02;
/// How far apart the marks of the axis may be, in minutes. The first that leaves few enough of them is taken.
const STEPS: [i64; 15] =
    [5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10_080, 20_160, 43_200, 86_400, 259_200, 525_600];
const MARKS_MAX: i64 = 7;
/// In minutes: marks that are closer than that tell the hour.
const DAY: i64 = 1440;

/// Draws it as it is at `now`.
pub(super) fn draw(world: &World, team: &Team, incident: &Incident, now: Timestamp) -> String {
    let events = events(world, team, incident);
    let phases = phases(&world.settings, incident);
    let axis = Axis::over(&events, &phases, now);
    let mut svg = Svg::new(WIDTH - MARGIN);
    let title = format!("{} · {}", reply::codename(team, incident), incident.project);
    let y = svg.lines(Look::Title, (MARGIN, MARGIN + 16.0), &title);
    let about = incident.advisory().map(|advisory| {
        let advisory = advisory.open(team);
        let cve = advisory.cve.as_ref().map_or_else(String::new, |cve| format!(", {}", cve.as_str()));
        format!("{}{cve}: {}", advisory.ghsa.as_str(), advisory.content.summary)
    });
    let y = svg.lines(Look::Faint, (MARGIN, y + 4.0), &about.unwrap_or_default()) + 16.0;
    let y = bars(&mut svg, &axis, &phases, now, y);
    let y = dots(&mut svg, &axis, &events, y);
    let y = list(&mut svg, &events, y + 12.0);
    svg.finish(WIDTH, y, &format!("Timeline of {title}"))
}

/// Where a moment stands.
struct Axis {
    from: Timestamp,
    /// Never before `from`.
    to: Timestamp,
}

impl Axis {
    /// From the first to the last thing that is shown. What goes on reaches to `now`.
    fn over(events: &[Event], phases: &[Phase], now: Timestamp) -> Self {
        let open = phases.iter().any(|phase| phase.to.is_none());
        let ends = phases.iter().flat_map(|phase| [Some(phase.from), phase.to, phase.due]).flatten();
        let moments: Vec<Timestamp> =
            events.iter().map(|event| event.time).chain(ends).chain(open.then_some(now)).collect();
        let from = moments.iter().min().copied().unwrap_or(now);
        let to = moments.iter().max().copied().unwrap_or(now);
        // An hour at least: a picture of one moment would have no axis.
        let hour_later = from.checked_add(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MAX);
        Self { from, to: to.max(hour_later) }
    }

    fn x(&self, at: Timestamp) -> f64 {
        let whole = self.to.duration_since(self.from).as_secs_f64() * (1.0 + ROOM_AFTER);
        let part = at.duration_since(self.from).as_secs_f64() / whole;
        LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    /// The marks: round moments in UTC, and whether they tell the hour.
    fn marks(&self) -> (Vec<Timestamp>, bool) {
        let minutes = self.to.duration_since(self.from).as_mins();
        let [.., longest] = STEPS;
        let step = STEPS.into_iter().find(|step| minutes / step < MARKS_MAX).unwrap_or(longest);
        let seconds = step * 60;
        let first = self.from.as_second().div_euclid(seconds) + 1;
        let marks = (first..).map_while(|number| Timestamp::from_second(number.checked_mul(seconds)?).ok());
        // Years upon years would be too many marks even at the longest step.
        let marks = marks.take_while(|mark| *mark <= self.to).take(50);
        (marks.collect(), step < DAY)
    }
}

/// The axis and the phases below it. Where the next thing begins.
fn bars(svg: &mut Svg, axis: &Axis, phases: &[Phase], now: Timestamp, top: f64) -> f64 {
    let bottom = top + 14.0 + ROW * pixels(phases.len());
    svg.text(Look::Faint, (MARGIN, top), "times in UTC");
    let (marks, with_hour) = axis.marks();
    for mark in marks {
        let text = mark.strftime(if with_hour { "%-d %b %H:%M" } else { "%-d %b" }).to_string();
        svg.line("grid", (axis.x(mark), top + 4.0), (axis.x(mark), bottom));
        svg.text(Look::Faint, (axis.x(mark) - 16.0, top), &text);
    }
    let mut y = top + 14.0;
    for phase in phases {
        bar(svg, axis, phase, now, y);
        y += ROW;
    }
    if now >= axis.from && now <= axis.to {
        svg.line("now", (axis.x(now), top + 4.0), (axis.x(now), bottom));
    }
    y
}

fn bar(svg: &mut Svg, axis: &Axis, phase: &Phase, now: Timestamp, y: f64) {
    let end = phase.to.unwrap_or_else(|| now.max(phase.from));
    let late = phase.is_late(end);
    let class = match (late, phase.to) {
        (true, _) => "over",
        (false, Some(_)) => "done",
        (false, None) => "open",
    };
    let took = if end == phase.from { "at once".to_owned() } else { when::left(phase.from, end) };
    let took = if phase.to.is_some() { took } else { format!("{took} so far") };
    let due = phase.due.map_or_else(String::new, |due| format!(", due {}", due.strftime("%-d %b %H:%M")));
    let look = if late { Look::Late } else { Look::Plain };
    svg.text(look, (MARGIN, y + 12.0), &format!("{}{due}", phase.name));
    svg.text(Look::Faint, (MARGIN, y + 28.0), &took);
    let (from, to) = (axis.x(phase.from), axis.x(end));
    let tip = format!("{}: from {}, {took}{due}", phase.name, moment(phase.from));
    let top = y + 8.0;
    svg.rect(class, (from, top), ((to - from).max(2.0), BAR), &tip);
    if let Some(due) = phase.due {
        svg.line("due", (axis.x(due), top - 4.0), (axis.x(due), top + BAR + 4.0));
    }
}

/// A dot for each event, above each other where much happened at once. Where the next thing begins.
fn dots(svg: &mut Svg, axis: &Axis, events: &[Event], top: f64) -> f64 {
    let mut drawn: Vec<(f64, usize)> = Vec::new();
    for (number, event) in events.iter().enumerate() {
        let x = axis.x(event.time);
        // Events are in order: only the last few can be near.
        let near = drawn.iter().rev().take_while(|(other, _)| (other - x).abs() < DOT);
        let taken: BTreeSet<usize> = near.map(|(_, row)| *row).collect();
        let row = (0..DOTS_MAX).find(|row| !taken.contains(row)).unwrap_or(DOTS_MAX - 1);
        drawn.push((x, row));
        let tip = format!("{}. {}: {}", number + 1, moment(event.time), event.what);
        svg.dot("event", (x, top + 8.0 + DOT * pixels(row)), &tip);
    }
    svg.text(Look::Plain, (MARGIN, top + 12.0), "events");
    top + 24.0 + DOT * pixels(drawn.iter().map(|(_, row)| *row).max().unwrap_or(0))
}

/// Everything that happened, in words.
fn list(svg: &mut Svg, events: &[Event], top: f64) -> f64 {
    let mut y = top + LINE;
    for (number, event) in events.iter().enumerate() {
        let lines = svg.count(Look::Plain, WORDS, &event.what);
        if number % 2 == 0 {
            let size = (2.0f64.mul_add(-MARGIN, WIDTH) + 12.0, LINE * pixels(lines));
            svg.rect("band", (MARGIN - 6.0, y - 13.0), size, "");
        }
        svg.text(Look::Faint, (MARGIN, y), &format!("{}.", number + 1));
        svg.text(Look::Faint, (MARGIN + 44.0, y), &moment(event.time));
        y = svg.lines(Look::Plain, (WORDS, y), &event.what);
    }
    y
}

fn pixels(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
