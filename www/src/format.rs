//! Numbers, times and hashes as people read them.

use alloy_primitives::{Address, B256, U256};
use causeway::types::{Amount, Span, Time, format_units};

/// Digits in groups of three, with narrow gaps that do not break.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A moment as days and clock, `day 2 · 03:04:05`: the simulated clock.
pub fn clock(time: Time) -> String {
    let seconds = time.millis() / 1000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    format!("day {days} · {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// A moment in short for lines of the log: the clock, with the day where it is not the first.
pub fn short_clock(time: Time) -> String {
    let seconds = time.millis() / 1000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days == 0 { clock } else { format!("{days}d {clock}") }
}

/// A length of time in its two largest units: `6d 23h`, `12s`, `250ms`.
pub fn about(span: Span) -> String {
    let text = span.to_string();
    let parts: Vec<&str> = text.split(' ').take(2).collect();
    parts.join(" ")
}

/// How far `moment` lies from `now`: `in 6d 23h` or `2m ago`.
pub fn relative(moment: Time, now: Time) -> String {
    if moment > now {
        format!("in {}", about(whole_seconds(moment.since(now))))
    } else if moment == now {
        "now".into()
    } else {
        format!("{} ago", about(whole_seconds(now.since(moment))))
    }
}

fn whole_seconds(span: Span) -> Span {
    if span.as_millis() < 1000 { span } else { Span::seconds(span.as_seconds()) }
}

/// A hash with its middle left out.
pub fn short_hash(hash: &B256) -> String {
    let text = hash.to_string();
    format!("{}…{}", &text[..10], &text[text.len() - 6..])
}

/// An address with its middle left out.
pub fn short_address(address: &Address) -> String {
    let text = address.to_string();
    format!("{}…{}", &text[..8], &text[text.len() - 4..])
}

/// An amount of `decimals` digits after the point, cut to six of them.
pub fn amount(units: U256, decimals: u8) -> String {
    let text = format_units(units, usize::from(decimals));
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.len() > 6 => {
            let cut = fraction[..6].trim_end_matches('0');
            if cut.is_empty() { format!("≈ {whole}") } else { format!("≈ {whole}.{cut}") }
        }
        _ => text,
    }
}

/// An amount of `decimals` digits after the point with so many of them left, whole parts grouped.
pub fn cut(units: U256, decimals: u8, digits: usize) -> String {
    let text = format_units(units, usize::from(decimals));
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    if digits == 0 { whole } else { format!("{whole}.{:0<digits$}", &fraction[..fraction.len().min(digits)]) }
}

/// Whole dollars of an amount of 18 decimals: `$1 234 567`.
pub fn dollars(amount: Amount) -> String {
    format!("${}", cut(amount.get(), 18, 0))
}

/// Ten thousandths of a USDX as a price: `0.9970 USDX`.
pub fn price(bps: u32) -> String {
    format!("{}.{:04} USDX", bps / 10_000, bps % 10_000)
}

/// Thousandths as a share: `12.5%`.
pub fn tenths(permille: u32) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// Wei per gas in the unit that reads best.
pub fn gas_price(wei: u64) -> String {
    if wei >= 10_000_000 {
        // A thousandth of a gwei is finer than anybody compares fees.
        format!("{} gwei", format_units(U256::from((wei + 500_000) / 1_000_000), 3))
    } else {
        format!("{} wei", grouped(wei))
    }
}

/// Unix seconds as a date and time in UTC, `2026-01-08 00:00:12`.
pub fn date(unix_seconds: u64) -> String {
    // Civil date from days, after Howard Hinnant's algorithm.
    let (days, rest) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(999), "999");
        assert_eq!(clock(Time::new(90_061_500)), "day 1 · 01:01:01");
        assert_eq!(relative(Time::new(604_800_000), Time::new(1_000)), "in 6d 23h");
        assert_eq!(relative(Time::new(500), Time::new(2_750)), "2s ago");
        assert_eq!(gas_price(1_000_000_000), "1 gwei");
        assert_eq!(gas_price(1_012_372_001), "1.012 gwei");
        assert_eq!(gas_price(7), "7 wei");
    }

    #[test]
    fn dates_are_civil() {
        assert_eq!(date(0), "1970-01-01 00:00:00");
        assert_eq!(date(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(date(1_767_830_412), "2026-01-08 00:00:12");
    }

    #[test]
    fn what_is_cut_off_is_said() {
        assert_eq!(amount(U256::from(1_500_000_000_000_000_000u64), 18), "1.5");
        assert_eq!(amount(U256::from(1_500_000_000_000_000_001u64), 18), "≈ 1.5");
        assert_eq!(amount(U256::from(1u64), 18), "≈ 0");
        assert_eq!(cut(U256::from(1_234_567u64), 3, 0), "1\u{202f}234");
        assert_eq!(cut(U256::from(1_234_567u64), 3, 2), "1\u{202f}234.56");
        assert_eq!(cut(U256::from(1_500u64), 3, 4), "1.5000");
        assert_eq!(dollars(Amount::ether(1_234_567)), "$1\u{202f}234\u{202f}567");
    }
}
