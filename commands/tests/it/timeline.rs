//! The timeline as files: as data, and as a picture.

use commands::kernel::{embargoed::PrivateRoom, timeline::Format};
use roxmltree::{Document, Node};

use crate::{kit::Chat, realm::*};

fn written(chat: &Chat, number: u64, format: Format) -> String {
    let text = format.write(&chat.world, chat.incident(number), chat.now);
    text.open(&PrivateRoom::direct_message_to_team()).to_owned()
}

/// A report's whole way, some of it late.
fn whole_life() -> (Chat, u64) {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Out-of-bounds <write> & more");
    let room = chat.room(number);
    chat.wait("60h");
    for (who, line) in [
        (MAYA, "!advisory ack"),
        (MAYA, "!advisory accept"),
        (INES, "!done reproduce with the module attached"),
        (MAYA, "!fork"),
        (MAYA, "!embargo set +9d"),
    ] {
        chat.say(who, &room, line);
        chat.wait("3h");
    }
    chat.say(MAYA, &room, "!cve request");
    chat.wait("48h");
    chat.say(MAYA, &room, "!cve set CVE-2026-4321");
    chat.wait("30h");
    (chat, number)
}

fn attribute(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("{name} of {node:?}")).parse().unwrap()
}

/// How wide text is at least in a usual font of that size: what is wider than this certainly overlaps.
fn width(text: &str, size: f64) -> f64 {
    f64::from(u32::try_from(text.chars().count()).unwrap()) * size * 0.5
}

#[test]
fn the_timeline_as_data_has_the_same_keys_in_the_same_order() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let room = chat.room(number);
    chat.wait("2h");
    chat.say(INES, &room, "!done reproduce by *hand*");
    chat.say(MAYA, &room, "!embargo set +48h");
    insta::assert_snapshot!(written(&chat, number, Format::Json), @r#"
    {
      "codename": "amber-heron",
      "project": "WAMR",
      "ghsa": "GHSA-x5cm-v3r2-9f22",
      "cve": null,
      "summary": "Crash",
      "opened": "2026-11-18T09:00:00Z",
      "phases": [
        {
          "name": "triage",
          "from": "2026-11-18T09:00:00Z",
          "to": "2026-11-18T11:00:00Z",
          "due": null
        },
        {
          "name": "embargo",
          "from": "2026-11-18T11:00:00Z",
          "to": null,
          "due": "2026-11-20T11:00:00Z"
        }
      ],
      "events": [
        {
          "time": "2026-11-18T09:00:00Z",
          "who": "Maya",
          "what": "Maya opened the incident",
          "kind": "opened"
        },
        {
          "time": "2026-11-18T09:00:00Z",
          "who": null,
          "what": "the advisory stands on GitHub",
          "kind": "linked"
        },
        {
          "time": "2026-11-18T11:00:00Z",
          "who": "Ines",
          "what": "Ines vouched: reproduced, affected versions and platforms known: by *hand*",
          "kind": "step-vouched"
        },
        {
          "time": "2026-11-18T11:00:00Z",
          "who": "Maya",
          "what": "Maya set the disclosure time to 2026-11-20T11:00:00Z",
          "kind": "embargo-set"
        }
      ]
    }
    "#);
}

#[test]
fn everything_that_happened_is_in_the_picture_and_nothing_beyond_its_edges() {
    let (chat, number) = whole_life();
    let data: serde_json::Value = serde_json::from_str(&written(&chat, number, Format::Json)).unwrap();
    let svg = written(&chat, number, Format::Svg);
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    let (wide, high) = (attribute(root, "width"), attribute(root, "height"));
    assert!(wide <= 1000.0);
    let texts: Vec<Node<'_, '_>> = root.descendants().filter(|node| node.has_tag_name("text")).collect();
    for node in &texts {
        let (x, y) = (attribute(*node, "x"), attribute(*node, "y"));
        let size = if node.attribute("class") == Some("title") { 18.0 } else { 13.0 };
        let text = node.text().unwrap_or_default();
        assert!(x >= 0.0 && x + width(text, size) <= wide, "{text} at {x}");
        assert!(y >= size && y <= high - 4.0, "{text} at {y} of {high}");
    }
    let all: Vec<&str> = texts.iter().filter_map(|node| node.text()).collect();
    let all = all.join(" ");
    assert!(all.contains("amber-heron · WAMR") && all.contains("Out-of-bounds <write> & more"), "{all}");
    let events = data["events"].as_array().unwrap();
    assert!(events.len() > 10);
    for event in events {
        assert!(all.contains(event["what"].as_str().unwrap()), "{event}");
    }
    let dots = root.descendants().filter(|node| node.has_tag_name("circle"));
    assert_eq!(dots.count(), events.len());
    let phases = data["phases"].as_array().unwrap();
    let names: Vec<&str> = phases.iter().map(|phase| phase["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["acknowledge", "triage", "fix", "cve", "embargo"]);
    let begins = |name: &str| texts.iter().any(|node| node.text().is_some_and(|text| text.starts_with(name)));
    assert!(names.iter().all(|name| begins(name)));
    // The report was acknowledged late, the number came late.
    let late = |node: &Node<'_, '_>| node.attribute("class") == Some("over");
    assert_eq!(root.descendants().filter(late).count(), 2);
}

#[test]
fn nothing_in_the_picture_lies_over_something_else() {
    let (chat, number) = whole_life();
    let svg = written(&chat, number, Format::Svg);
    let document = Document::parse(&svg).unwrap();
    let sides = |node: Node<'_, '_>| match node.tag_name().name() {
        "text" => {
            let size = if node.attribute("class") == Some("title") { 18.0 } else { 13.0 };
            let (x, y) = (attribute(node, "x"), attribute(node, "y"));
            Some((x, x + width(node.text().unwrap_or_default(), size), y - size * 0.7, y))
        }
        "rect" if !["paper", "band"].map(Some).contains(&node.attribute("class")) => {
            let (x, y) = (attribute(node, "x"), attribute(node, "y"));
            Some((x, x + attribute(node, "width"), y, y + attribute(node, "height")))
        }
        "circle" => {
            let (x, y) = (attribute(node, "cx"), attribute(node, "cy"));
            Some((x - 4.0, x + 4.0, y - 4.0, y + 4.0))
        }
        _ => None,
    };
    let all: Vec<_> = document.descendants().filter_map(|node| Some((sides(node)?, node))).collect();
    for (number, (one, of_one)) in all.iter().enumerate() {
        for (two, of_two) in &all[number + 1..] {
            let apart = one.1 <= two.0 || two.1 <= one.0 || one.3 <= two.2 || two.3 <= one.2;
            assert!(apart, "{:?} lies over {:?}", of_one.text(), of_two.text());
        }
    }
}

#[test]
fn bars_of_the_picture_lie_where_the_phases_were() {
    let (chat, number) = whole_life();
    let svg = written(&chat, number, Format::Svg);
    let document = Document::parse(&svg).unwrap();
    let bars: Vec<Node<'_, '_>> = document
        .descendants()
        .filter(|node| ["done", "open", "over"].iter().any(|class| node.attribute("class") == Some(class)))
        .filter(|node| node.has_tag_name("rect"))
        .collect();
    let ends: Vec<(f64, f64)> = bars
        .iter()
        .map(|bar| (attribute(*bar, "x"), attribute(*bar, "x") + attribute(*bar, "width")))
        .collect();
    let [acknowledge, triage, fix, cve, embargo] = ends[..] else { panic!("{ends:?}") };
    // Of 60 hours before the receipt was acknowledged, three more until the report was accepted.
    let per_hour = (acknowledge.1 - acknowledge.0) / 60.0;
    let close = |a: f64, b: f64| (a - b).abs() < 1.0;
    assert!(close(triage.1 - acknowledge.1, 3.0 * per_hour), "{ends:?}");
    assert!(close(fix.0 - triage.1, 6.0 * per_hour), "{ends:?}");
    assert!(close(cve.1 - cve.0, 48.0 * per_hour), "{ends:?}");
    assert!(close(embargo.0 - fix.0, 3.0 * per_hour), "{ends:?}");
    assert!(bars.iter().all(|bar| bar.children().any(|tip| tip.has_tag_name("title"))));
}

#[test]
fn the_picture_holds_nothing_that_runs_or_is_fetched() {
    let mut chat = Chat::new();
    let number = chat.open("</text><script>alert(1)</script>\u{202e} javascript:x onload=\"y\"");
    let room = chat.room(number);
    chat.say(INES, &room, "!done reproduce <image href='http://x.example'/> ]]> &amp; \u{7}");
    let svg = written(&chat, number, Format::Svg);
    let document = Document::parse(&svg).unwrap();
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let known = ["svg", "style", "title", "rect", "line", "circle", "text"];
        assert!(known.contains(&name), "{name}");
        let attributes = node.attributes().map(|attribute| attribute.name());
        for attribute in attributes {
            assert!(!attribute.starts_with("on") && !attribute.ends_with("href"), "{attribute}");
        }
    }
    let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
    let texts = texts.join(" ");
    assert!(texts.contains("</text><script>alert(1)</script>"), "{texts}");
    assert!(texts.contains("<image href='http://x.example'/> ]]> &amp;"), "{texts}");
    assert!(!svg.contains('\u{202e}') && !svg.contains("url(") && !svg.contains("@import"));
}

#[test]
fn a_picture_of_a_moment_can_be_drawn() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let svg = written(&chat, number, Format::Svg);
    assert!(Document::parse(&svg).is_ok() && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    // Long words and many events.
    let room = chat.room(number);
    for n in 0..60 {
        chat.say(INES, &room, &format!("!done audit {}{n}", "W".repeat(280)));
    }
    let svg = written(&chat, number, Format::Svg);
    assert_eq!(Document::parse(&svg).unwrap().descendants().filter(|n| n.has_tag_name("circle")).count(), 62);
}
