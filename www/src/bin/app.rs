//! Starts the page.

fn main() {
    causeway_www::app::run();
}
