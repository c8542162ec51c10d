//! A small static server for the built page, on this machine alone.

use crate::problem::Problem;
use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

/// A taken port, not yet answering.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    port: u16,
}

/// Takes the port on the loopback interface; port 0 takes any that is free.
pub(crate) fn bind(port: u16) -> Result<Server, Problem> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        Problem::new(format!("port {port} of 127.0.0.1: {error}"))
            .next("stop what uses that port, or choose another with --port")
    })?;
    let port = listener.local_addr().map_err(|error| Problem::new(format!("port {port}: {error}")))?.port();
    Ok(Server { listener, port })
}

impl Server {
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers until the process ends.
    pub(crate) fn run(self, root: &Path) {
        for stream in self.listener.incoming().flatten() {
            let root = root.to_owned();
            thread::spawn(move || {
                // A visitor who leaves early is no fault of ours.
                let _ = answer(&stream, &root);
            });
        }
    }

    /// Answers in a thread of its own until the process ends.
    pub(crate) fn run_aside(self, root: PathBuf) {
        thread::spawn(move || self.run(&root));
    }
}

/// Opens the address where a person would see it.
pub(crate) fn open_in_browser(url: &str) {
    let shown = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    let opener = match (cfg!(target_os = "macos"), shown) {
        (true, _) => "open",
        (false, true) => "xdg-open",
        (false, false) => return,
    };
    // Without an opener the printed address is enough.
    let _ = Command::new(opener).arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}

fn answer(stream: &TcpStream, root: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream);
    // One connection carries many requests: a page of many small files loads faster so.
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let (mut close, mut brotli) = (false, false);
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? <= 2 {
                break;
            }
            let header = header.to_ascii_lowercase();
            close |= header.starts_with("connection: close");
            brotli |= header
                .strip_prefix("accept-encoding:")
                .is_some_and(|encodings| encodings.split(',').any(|encoding| encoding.trim() == "br"));
        }
        respond(stream, root, &request, brotli)?;
        if close {
            return Ok(());
        }
    }
}

fn respond(mut stream: &TcpStream, root: &Path, request: &str, brotli: bool) -> io::Result<()> {
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let mut encoding = "";
    let (status, kind, body) = match (method, locate(root, target)) {
        ("GET" | "HEAD", Some(path)) => {
            let packed = brotli.then(|| fs::read(format!("{}.br", path.display())).ok()).flatten();
            if packed.is_some() {
                encoding = "Content-Encoding: br\r\n";
            }
            match packed.map_or_else(|| fs::read(&path), Ok) {
                Ok(body) => ("200 OK", content_type(&path), body),
                Err(_) => ("404 Not Found", "text/plain; charset=utf-8", b"not found\n".to_vec()),
            }
        }
        ("GET" | "HEAD", None) => ("404 Not Found", "text/plain; charset=utf-8", b"not found\n".to_vec()),
        _ => ("405 Method Not Allowed", "text/plain; charset=utf-8", b"GET or HEAD only\n".to_vec()),
    };
    // A rebuilt page keeps some file names, so the browser asks each time; on loopback that costs nothing.
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{encoding}Cache-Control: no-cache\r\n\
         Vary: Accept-Encoding\r\nX-Content-Type-Options: nosniff\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a request names, never one outside `root` nor a hidden one.
fn locate(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let decoded = percent_decoded(path)?;
    let relative = Path::new(&decoded);
    let plain = relative.components().all(|part| match part {
        Component::Normal(name) => !name.to_string_lossy().starts_with('.'),
        _ => false,
    });
    if !plain {
        return None;
    }
    let found = root.join(relative);
    Some(if found.is_dir() { found.join("index.html") } else { found })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?
            }
            0 => return None,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{bind, content_type, locate};
    use std::{
        fs,
        io::{Read, Write},
        net::TcpStream,
        path::{Path, PathBuf},
    };

    #[test]
    fn only_files_below_the_root_are_found() {
        let root = Path::new("/no/such/root");
        assert_eq!(locate(root, "/app.js?v=1#x"), Some(PathBuf::from("/no/such/root/app.js")));
        assert_eq!(locate(root, "/a%20b.css"), Some(PathBuf::from("/no/such/root/a b.css")));
        for bad in
            ["/../secret", "/a/../../b", "/%2e%2e/b", "//etc/passwd", "/.inputs", "/a/.git/x", "x", "/%zz"]
        {
            assert_eq!(locate(root, bad), None, "{bad}");
        }
    }

    #[test]
    fn streaming_compilation_needs_its_type() {
        assert_eq!(content_type(Path::new("a_bg.wasm")), "application/wasm");
        assert_eq!(content_type(Path::new("a")), "application/octet-stream");
    }

    #[test]
    fn a_served_folder_answers_over_one_connection() {
        let root = std::env::temp_dir().join(format!("causeway-server-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("index.html"), "<p>hello").unwrap();
        fs::write(root.join("index.html.br"), "packed").unwrap();
        let server = bind(0).unwrap();
        let address = server.url().replace("http://", "");
        server.run_aside(root.clone());
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nAccept-Encoding: gzip, br\r\n\r\nHEAD / HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        fs::remove_dir_all(root).unwrap();
        assert_eq!(text.matches("200 OK").count(), 3, "{text}");
        assert_eq!(text.matches("Content-Encoding: br").count(), 1, "{text}");
        assert_eq!(text.matches("packed").count(), 1, "{text}");
        assert_eq!(text.matches("404 Not Found").count(), 1, "{text}");
        assert_eq!(text.matches("<p>hello").count(), 1, "{text}");
    }
}
