//! The page of Causeway and its worker. The engine runs in the worker; the page draws what it is
//! told and sends what its visitor wants.

pub mod api;
pub mod app;
pub mod browser;
pub mod channel;
pub mod chart;
pub mod driver;
pub mod format;
pub mod glossary;
pub mod handle;
pub mod keys;
pub mod order;
pub mod panels;
pub mod scene;
pub mod storage;
pub mod ui;
pub mod widgets;
pub mod wire;
pub mod words;
pub mod worker;
