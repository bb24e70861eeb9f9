//! Canvases without a screen.

use crate::common::{Host, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_canvas_is_saved_emptied_and_brought_back_in_lines() {
    let host = Host::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let file = |name: &str| dir.path().join(name);
    let save = |name: &str| format!("/canvas save {}\n", file(name).display());
    let join = ["--plain", "join", &host.link(), "--nick", "bob"];
    let input = [
        save("a.svg"),
        save("a.png"),
        save("a.png"),
        "/canvas reset\n/canvas unreset\n".to_owned(),
    ];
    let ended = run(dir.path(), &join, &input.concat()).await;
    ended.succeeded();
    for said in ["saved as", "the canvas is empty", "the reset is taken back"] {
        let told = ended.out.contains(said) || ended.err.contains(said);
        assert!(told, "{said:?}: {} {}", ended.out, ended.err);
    }
    let svg = std::fs::read_to_string(file("a.svg")).expect("saved");
    assert!(svg.starts_with("<svg "), "{svg}");
    for name in ["a.png", "a-2.png"] {
        let png = std::fs::read(file(name)).expect("saved");
        assert!(png.starts_with(b"\x89PNG"), "{name}");
    }

    let refused = "/canvas\n/canvas undo\n/canvas save picture.jpg\n";
    let ended = run(dir.path(), &["--plain"], refused).await;
    ended.failed_with("2 refused");
    for why in [
        "where there is a screen",
        "no stroke of yours",
        "picture.svg",
    ] {
        let told = ended.out.contains(why) || ended.err.contains(why);
        assert!(told, "{why:?}: {} {}", ended.out, ended.err);
    }
}
