//! Measuring what chains carry, and analysing what may be lost: asks on until it is over or nobody wants to know any
//! more.

use super::{Driver, refusal};
use causeway::session::{
    analysis::{AnalysisStep, AnalysisView},
    capacity::{CapacityStep, CapacityView},
    protocol::{Request, Response},
};

impl Driver {
    /// Measures and tells how far it is; goes on while it is not over and `told` says so.
    pub fn measure(&self, step: CapacityStep, told: impl Fn(Result<CapacityView, String>) -> bool + 'static) {
        let me = self.me.clone();
        self.ask(Request::Capacity(step), move |response| match response {
            Response::Capacity(view) => {
                let is_ready = view.is_ready;
                if let (true, false, Some(driver)) = (told(Ok(view)), is_ready, me.upgrade()) {
                    driver.measure(CapacityStep::GoOn, told);
                }
            }
            other => {
                told(Err(refusal(other)));
            }
        });
    }

    /// Analyses and tells how far it is; goes on while it is not over and `told` says so.
    pub fn analyse(&self, step: AnalysisStep, told: impl Fn(Result<AnalysisView, String>) -> bool + 'static) {
        let me = self.me.clone();
        self.ask(Request::Analysis(step), move |response| match response {
            Response::Analysis(view) => {
                let is_ready = view.is_ready;
                if let (true, false, Some(driver)) = (told(Ok(*view)), is_ready, me.upgrade()) {
                    driver.analyse(AnalysisStep::GoOn, told);
                }
            }
            other => {
                told(Err(refusal(other)));
            }
        });
    }
}
