//! An address for the socket, however long the path of its directory is: addresses of Unix sockets
//! have room for some hundred bytes only. A longer path is reached through a link with a short one,
//! which is there while the address is used and belongs to this process alone.

use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use socket2::SockAddr;

use super::SOCKET;

/// Bytes of a path that every system has room for: 104 with the zero at the end (BSD, macOS).
const PATH_BYTES: usize = 103;

/// Gives `act` the address of the socket in `dir`.
///
/// # Errors
/// What `act` or making the link says.
pub(super) fn with_address<T>(
    dir: &Path,
    act: impl FnOnce(&SockAddr) -> io::Result<T>,
) -> io::Result<T> {
    let path = dir.join(SOCKET);
    if path.as_os_str().len() <= PATH_BYTES {
        return act(&SockAddr::unix(path)?);
    }
    let detour = Detour::to(dir)?;
    act(&SockAddr::unix(detour.link.join(SOCKET))?)
}

/// A link to a directory, in a directory of its own that only this user can enter. Gone with it.
struct Detour {
    own: PathBuf,
    link: PathBuf,
}

impl Detour {
    fn to(dir: &Path) -> io::Result<Detour> {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(io::Error::other)?;
        let name = data_encoding::HEXLOWER.encode(&name);
        let own = std::env::temp_dir().join(format!("chat-{name}"));
        std::fs::DirBuilder::new().mode(0o700).create(&own)?;
        let link = own.join("d");
        let detour = Detour { own, link };
        symlink(std::path::absolute(dir)?, &detour.link)?;
        Ok(detour)
    }
}

impl Drop for Detour {
    fn drop(&mut self) {
        for removed in [
            std::fs::remove_file(&self.link),
            std::fs::remove_dir(&self.own),
        ] {
            if let Err(error) = removed {
                tracing::debug!(%error, "a temporary link stays");
            }
        }
    }
}
