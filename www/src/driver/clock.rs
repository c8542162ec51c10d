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
/// The speeds of the slider's steps, from the clock's own to a day a second.
const SPEEDS: [u64; 16] =
    [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];
/// The number of the last step.
pub const SPEED_STEPS: u32 = SPEEDS.len() as u32 - 1;

/// The speed at a step of the slider.
pub fn speed_at(step: u32) -> u64 {
    SPEEDS[step.min(SPEED_STEPS) as usize]
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
    fn the_slider_runs_from_the_clocks_pace_to_a_day_a_second() {
        assert_eq!((speed_at(0), speed_at(SPEED_STEPS), speed_at(u32::MAX)), (1, 86_400, 86_400));
        assert!((1..=SPEED_STEPS).all(|step| speed_at(step) > speed_at(step - 1)));
        assert!((0..=SPEED_STEPS).all(|step| position_of_speed(speed_at(step)) == step));
        assert_eq!(speed_at(position_of_speed(SPEED_DEFAULT)), SPEED_DEFAULT);
    }
}
