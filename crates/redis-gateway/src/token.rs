//! Secrets that are made once and kept in a file.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::{fs, mem};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Error;

/// The secret kept in the file at `path`: 32 random bytes as base64url, made on the first call. The file is readable by its
/// owner only, and its folder is made when it is missing. Safe to call from several processes at once: all get the same.
pub fn kept(path: &Path) -> Result<String, Error> {
    keep(path).map_err(|source| Error::Secret { path: path.to_owned(), source })
}

/// 32 random bytes as base64url.
pub fn random() -> io::Result<String> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

fn keep(path: &Path) -> io::Result<String> {
    if let Some(secret) = read(path)? {
        return Ok(secret);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let secret = random()?;
    // Written aside and linked into place, so that nobody ever reads half of it, and the first of two makers wins.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(secret.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(file) => {
            mem::drop(file);
            Ok(secret)
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| io::Error::other("the file was removed at once"))
        }
        Err(error) => Err(error.error),
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if text.is_empty() {
        return Err(io::Error::other("the file is empty; remove it to have a new secret made"));
    }
    let permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_secret_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/redis-token");
        let secret = kept(&path).unwrap();
        assert_eq!(secret.len(), 43);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(kept(&path).unwrap(), secret);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(kept(&path).unwrap(), secret);
        assert_eq!(mode(&path), 0o600, "a file that others may read is closed to them");

        fs::write(&path, "\n").unwrap();
        assert!(kept(&path).unwrap_err().to_string().contains("empty"));
    }

    #[test]
    fn makers_that_race_get_the_same_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("redis-token");
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || kept(&path).unwrap())
            })
            .collect();
        let secrets: Vec<_> = makers.into_iter().map(|maker| maker.join().unwrap()).collect();
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }
}
