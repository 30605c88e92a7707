//! The picture of an incident: its phases as bars over time, with what is due and everything that happened.

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
/// Where time begins and ends.
const LEFT: f64 = 130.0;
const RIGHT: f64 = WIDTH - 40.0;
/// How high a phase's row is, and its bar in it.
const ROW: f64 = 30.0;
const BAR: f64 = 16.0;
/// How many dots stand above each other where much happened at once, and how far apart.
const DOTS_MAX: usize = 8;
const DOT: f64 = 10.0;
/// How much of the time there is stays free at its end.
const ROOM_AFTER: f64 = 0.02;
/// How far apart the marks of the axis may be. The first that leaves few enough of them is taken.
const STEPS_HOURS: [i64; 12] = [1, 3, 6, 12, 24, 48, 168, 336, 720, 1440, 4320, 8760];
const MARKS_MAX: i64 = 8;

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
        let hours = self.to.duration_since(self.from).as_hours();
        let [.., longest] = STEPS_HOURS;
        let step = STEPS_HOURS.into_iter().find(|step| hours / step < MARKS_MAX).unwrap_or(longest);
        let seconds = step * 3600;
        let first = self.from.as_second().div_euclid(seconds) + 1;
        let marks = (first..).map_while(|number| Timestamp::from_second(number.checked_mul(seconds)?).ok());
        // Years upon years would be too many marks even at the longest step.
        let marks = marks.take_while(|mark| *mark <= self.to).take(50);
        (marks.collect(), step < 24)
    }
}

/// The axis and the phases below it. Where the next thing begins.
fn bars(svg: &mut Svg, axis: &Axis, phases: &[Phase], now: Timestamp, top: f64) -> f64 {
    let bottom = top + 14.0 + ROW * f64::from(u32::try_from(phases.len()).unwrap_or(u32::MAX));
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
    let late = phase.due.is_some_and(|due| due < end) && !phase.is_planned();
    let class = match (late, phase.to) {
        (true, _) => "over",
        (false, Some(_)) => "done",
        (false, None) => "open",
    };
    let took = when::left(phase.from, end);
    let took = if phase.to.is_some() { took } else { format!("{took} so far") };
    let due = phase.due.map_or_else(String::new, |due| format!(", due {}", moment(due)));
    let tip = format!("{}: from {}, {took}{due}", phase.name, moment(phase.from));
    let (from, to) = (axis.x(phase.from), axis.x(end));
    svg.text(Look::Plain, (MARGIN, y + BAR - 3.0), phase.name);
    svg.rect(class, (from, y), ((to - from).max(2.0), BAR), &tip);
    if let Some(due) = phase.due {
        svg.line("due", (axis.x(due), y - 4.0), (axis.x(due), y + BAR + 4.0));
    }
    let beside = phase.due.map_or(to, |due| to.max(axis.x(due))) + 6.0;
    svg.text(if late { Look::Late } else { Look::Faint }, (beside, y + BAR - 3.0), &format!("{took}{due}"));
}

/// A dot for each event, above each other where much happened at once. Where the next thing begins.
fn dots(svg: &mut Svg, axis: &Axis, events: &[Event], top: f64) -> f64 {
    let mut heights: Vec<(f64, usize)> = Vec::new();
    let mut rows = 0;
    for (number, event) in events.iter().enumerate() {
        let x = axis.x(event.time);
        let near = heights.iter().filter(|(other, _)| (other - x).abs() < DOT).map(|(_, row)| row + 1).max();
        let row = near.unwrap_or(0).min(DOTS_MAX - 1);
        heights.push((x, row));
        rows = rows.max(row);
        let y = top + 8.0 + DOT * f64::from(u32::try_from(row).unwrap_or(u32::MAX));
        svg.dot("event", (x, y), &format!("{}. {}: {}", number + 1, moment(event.time), event.what));
    }
    svg.text(Look::Plain, (MARGIN, top + 12.0), "events");
    top + 24.0 + DOT * f64::from(u32::try_from(rows).unwrap_or(u32::MAX))
}

/// Everything that happened, in words.
fn list(svg: &mut Svg, events: &[Event], top: f64) -> f64 {
    let mut y = top + LINE;
    for (number, event) in events.iter().enumerate() {
        if number % 2 == 0 {
            svg.rect("band", (MARGIN - 6.0, y - 13.0), (WIDTH - 2.0 * MARGIN + 12.0, LINE), "");
        }
        svg.text(Look::Faint, (MARGIN, y), &format!("{}.", number + 1));
        svg.text(Look::Faint, (MARGIN + 44.0, y), &moment(event.time));
        y = svg.lines(Look::Plain, (MARGIN + 230.0, y), &event.what);
    }
    y
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
