//! A small HTTP server in the test's own process: a service that is written here, or what stands before a real one and fails.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request, with the names of its headers in small letters.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let mut asked = Self {
            method,
            path,
            headers,
            body: Vec::new(),
        };
        let len = asked.header("content-length").map_or(0, |len| len.parse().unwrap());
        asked.body = vec![0; len];
        reader.read_exact(&mut asked.body).ok()?;
        Some(asked)
    }

    /// The same request to a server on this machine, and all that it answers.
    pub(crate) fn forward(&self, port: u16) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "connection") {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("connection: close\r\n\r\n");
        stream.write_all(&[head.as_bytes(), &self.body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }
}

/// An answer, ready to be written.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let len = body.len();
    format!("HTTP/1.1 {status} x\r\ncontent-length: {len}\r\nconnection: close\r\n{headers}\r\n{body}").into_bytes()
}

/// A server that answers what its function makes of a request; nothing, when that is empty, but keeps the connection for a while.
pub(crate) struct Web {
    pub(crate) port: u16,
}

impl Web {
    pub(crate) fn start(serve: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = Arc::clone(&serve);
                thread::spawn(move || talk(stream, &*serve));
            }
        });
        Self { port }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn talk(mut stream: TcpStream, serve: &dyn Fn(&Asked) -> Vec<u8>) {
    let Some(asked) = Asked::read(&stream) else {
        return;
    };
    let answer = serve(&asked);
    if answer.is_empty() {
        thread::sleep(Duration::from_secs(10));
    }
    let _ = stream.write_all(&answer);
    let _ = stream.shutdown(Shutdown::Both);
}

/// What stands before a service and answers in its place, as long as it is told to.
pub(crate) struct Front {
    web: Web,
    instead: Arc<Mutex<VecDeque<Vec<u8>>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Front {
    pub(crate) fn before(port: u16) -> Self {
        let instead: Arc<Mutex<VecDeque<Vec<u8>>>> = Arc::default();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (queue, seen) = (Arc::clone(&instead), Arc::clone(&asked));
        let web = Web::start(move |request| {
            seen.lock().unwrap().push(request.clone());
            let next = queue.lock().unwrap().pop_front();
            next.unwrap_or_else(|| request.forward(port))
        });
        Self { web, instead, asked }
    }

    pub(crate) fn address(&self) -> String {
        self.web.address()
    }

    /// Answers the next requests with these; an empty one is no answer.
    pub(crate) fn instead<const N: usize>(&self, answers: [Vec<u8>; N]) {
        *self.instead.lock().unwrap() = answers.into();
    }

    /// What was asked since the last call.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().drain(..).collect()
    }
}
