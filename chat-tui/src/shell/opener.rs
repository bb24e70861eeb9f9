//! Opens a link in whatever opens links here.

use std::process::{Command, Stdio};

/// Opens it; `var` reads the environment.
///
/// # Errors
/// A sentence that says what to do instead.
pub fn open(url: &str, var: impl Fn(&str) -> Option<String>) -> Result<(), String> {
    let mut command = command(url, var)?;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| format!("no program opens links here ({error}): copy it with y"))?;
    // Waited for, so that no dead process stays behind.
    std::thread::spawn(move || match child.wait() {
        Ok(status) => tracing::debug!(%status, "link opened"),
        Err(error) => tracing::warn!(%error, "link opener lost"),
    });
    Ok(())
}

fn command(url: &str, var: impl Fn(&str) -> Option<String>) -> Result<Command, String> {
    if !["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return Err("only http, https and mailto links are opened: copy it with y".into());
    }
    let (program, arguments): (&str, &[&str]) = if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else if var("DISPLAY").is_some() || var("WAYLAND_DISPLAY").is_some() {
        ("xdg-open", &[])
    } else {
        // Without a desktop a text browser would take this terminal.
        return Err("there is no desktop here to open a link on: copy it with y".into());
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_links_are_opened() {
        let desktop = |_: &str| Some(":0".to_owned());
        assert!(command("https://example.org", desktop).is_ok());
        for url in ["file:///etc/passwd", "-x", "javascript:1", "ssh://h"] {
            assert!(command(url, desktop).is_err(), "{url}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_a_desktop_it_says_what_to_do() {
        let error = command("https://x", |_| None).expect_err("no desktop");
        assert!(error.contains("copy it with y"));
    }
}
