//! How simulated time passes: not at all, at a speed, or until a message has arrived.

use super::Driver;
use causeway::types::Time;

/// How time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It does not.
    Paused,
    /// At the chosen speed.
    Playing,
    /// As fast as can be until a message is at its end.
    Arriving {
        /// The message.
        message: u64,
        /// When the journey began.
        since: Time,
        /// Whether time passed before, and will again.
        then_play: bool,
    },
}

/// The speed that a visit begins with.
pub const SPEED_DEFAULT: u64 = 10;
/// Steps of the speed slider: ten to each power of ten, from 1 to 100 000.
pub const SPEED_STEPS: u32 = 50;

/// Ten steps to a power of ten, in tenths: two digits are as much as a reader wants.
const TENTHS: [u64; 10] = [10, 13, 16, 20, 25, 32, 40, 50, 63, 79];

/// The speed at a step of the slider.
pub fn speed_at(step: u32) -> u64 {
    let step = step.min(SPEED_STEPS);
    TENTHS[(step % 10) as usize] * 10u64.pow(step / 10) / 10
}

/// The step of the slider that is nearest to a speed, from below where two are.
pub fn position_of_speed(speed: u64) -> u32 {
    (0..=SPEED_STEPS).min_by_key(|step| speed_at(*step).abs_diff(speed)).unwrap_or(0)
}

impl Driver {
    /// Lets time pass.
    pub fn play(&self) {
        self.set_mode(Mode::Playing);
    }

    /// Stops time.
    pub fn pause(&self) {
        self.set_mode(Mode::Paused);
        self.look();
    }

    /// Plays or pauses, whichever it does not do.
    pub fn toggle(&self) {
        if self.status().mode == Mode::Paused { self.play() } else { self.pause() }
    }

    /// Sets the speed.
    pub fn set_speed(&self, speed: u64) {
        self.state.borrow_mut().status.speed = speed;
        self.publish();
    }

    /// Goes as fast as can be until a message is at its end.
    pub fn arrive(&self, message: u64) {
        let status = self.status();
        let Some(scene) = status.scene else { return };
        let then_play = status.mode != Mode::Paused;
        self.set_mode(Mode::Arriving { message, since: scene.now, then_play });
    }

    pub(crate) fn set_mode(&self, mode: Mode) {
        {
            let mut state = self.state.borrow_mut();
            state.status.mode = mode;
            state.owed = 0.0;
        }
        self.publish();
        self.want_frame();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_slider_runs_from_one_to_a_hundred_thousand() {
        assert_eq!((speed_at(0), speed_at(10), speed_at(SPEED_STEPS)), (1, 10, 100_000));
        assert!((1..=SPEED_STEPS).all(|step| speed_at(step) >= speed_at(step - 1)));
        assert_eq!(position_of_speed(SPEED_DEFAULT), 10);
        assert!((10..=SPEED_STEPS).all(|step| position_of_speed(speed_at(step)) == step));
    }
}
