//! Starts the worker.

fn main() {
    causeway_www::worker::run();
}
