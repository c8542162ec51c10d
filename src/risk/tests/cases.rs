//! The published cases of `tests/vectors/contagion.json`, computed by the functions of this room.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{super::*, assert_near};
use crate::vectors::vector;
use alloy_primitives::U256;
use serde_json::Value;

struct Case {
    inputs: Value,
    expected: Value,
}

fn case(id: &str) -> Case {
    let case = vector(id);
    Case { inputs: case["inputs"].clone(), expected: case["expected"].clone() }
}

fn real(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn reals(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(real).collect()
}

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(reals).collect()
}

fn waves(value: &Value) -> Vec<Vec<u32>> {
    serde_json::from_value(value.clone()).unwrap()
}

/// Entries of a matrix, by row and column.
fn claims(value: &Value, debt: impl Fn(u32, u32, f64) -> Debt) -> Claims {
    let rows = matrix(value);
    let nodes = rows.len() as u32;
    let pairs = (0..nodes).flat_map(|row| (0..nodes).map(move |column| (row, column)));
    Claims::new(nodes, pairs.map(|(row, column)| debt(row, column, rows[row as usize][column as usize])))
        .unwrap()
}

fn owes(row: u32, column: u32, amount: f64) -> Debt {
    super::debt(row, column, amount)
}

fn holds(row: u32, column: u32, amount: f64) -> Debt {
    super::debt(column, row, amount)
}

fn network(inputs: &Value) -> Network {
    let outside = reals(&inputs["e"]);
    let owed = inputs["external_liabilities"].as_array().cloned().unwrap_or_default();
    let sheet = |node: usize| Sheet {
        outside_assets: outside[node],
        outside_debts: owed.get(node).map_or(0.0, real),
        senior_debts: 0.0,
    };
    Network::new(claims(&inputs["L"], owes), (0..outside.len()).map(sheet).collect()).unwrap()
}

fn recovery(inputs: &Value) -> Recovery {
    Recovery::new(real(&inputs["alpha"]), real(&inputs["beta"])).unwrap()
}

fn exposures(inputs: &Value) -> Exposures {
    let equity = reals(&inputs["E"]);
    let weights = if inputs["weights"].is_array() { reals(&inputs["weights"]) } else { equity.clone() };
    Exposures::new(claims(&inputs["A"], holds), equity, weights).unwrap()
}

#[test]
fn c01_to_c05_eisenberg_noe() {
    for id in ["C01", "C02", "C03", "C04", "C05"] {
        let Case { inputs, expected } = case(id);
        let found = eisenberg_noe(&network(&inputs)).unwrap();
        assert_near(&found.payments, &reals(&expected["p"]));
        assert_near(&found.equity, &reals(&expected["equity"]));
        assert_eq!(found.waves, waves(&expected["default_waves"]), "{id}");
        assert!(found.costs.iter().all(|cost| *cost == 0.0), "{id}: {:?}", found.costs);
    }
}

#[test]
fn c06_c07_and_c09_rogers_veraart() {
    for id in ["C06", "C07", "C09"] {
        let Case { inputs, expected } = case(id);
        let found = rogers_veraart(&network(&inputs), recovery(&inputs)).unwrap();
        assert_near(&found.payments, &reals(&expected["greatest"]));
        assert_eq!(found.waves, waves(&expected["default_waves"]), "{id}");
    }
    let Case { inputs, expected } = case("C07");
    let below = limit_from_below(&network(&inputs), recovery(&inputs)).unwrap();
    assert_near(&below.payments, &reals(&expected["limit_from_below"]));
    assert!(below.is_clearing);
}

#[test]
fn c24_nothing_is_lost_but_the_costs() {
    let expected = case("C24").expected;
    for (id, gap) in [("C01", &expected["EN_gap"]), ("C09", &expected["RV_deadweight"])] {
        let inputs = case(id).inputs;
        let recovery = if id == "C09" { recovery(&inputs) } else { Recovery::FULL };
        let found = rogers_veraart(&network(&inputs), recovery).unwrap();
        let after: f64 = found.equity.iter().chain(&found.to_outside).sum();
        let before: f64 = reals(&inputs["e"]).iter().sum();
        assert_near(&[before - after, found.costs.iter().sum()], &[real(gap), real(gap)]);
    }
}

#[test]
fn c11_to_c13_elliott_golub_jackson() {
    let Case { inputs, expected } = case("C11");
    let holdings = |inputs: &Value| Holdings::new(claims(&inputs["C"], holds)).unwrap();
    for (found, expected) in dependency(&holdings(&inputs)).unwrap().iter().zip(matrix(&expected["A"])) {
        assert_near(found, &expected);
    }
    for id in ["C12", "C13"] {
        let Case { inputs, expected } = case(id);
        let [assets, thresholds, penalties] = ["p", "thresholds", "beta"].map(|key| reals(&inputs[key]));
        let found = holdings(&inputs).values(&assets, &thresholds, &penalties).unwrap();
        assert_near(&found.values, &reals(&expected["v"]));
        assert_eq!(found.waves, waves(&expected["failure_waves"]), "{id}");
    }
}

#[test]
fn c14_c15_and_c17_debt_rank() {
    for id in ["C14", "C15"] {
        let Case { inputs, expected } = case(id);
        let found = exposures(&inputs).linear_debt_rank(&reals(&inputs["h0"])).unwrap();
        assert_near(&found.lost, &reals(&expected["h"]));
        assert_near(&[found.debt_rank], &[real(&expected["DebtRank"])]);
    }
    let Case { inputs, expected } = case("C17");
    let (exposures, shock) = (exposures(&inputs), reals(&inputs["h0"]));
    let linear = exposures.linear_debt_rank(&shock).unwrap();
    assert_near(&linear.lost, &reals(&expected["h_linear"]));
    assert_near(&[linear.debt_rank], &[real(&expected["R_linear"])]);
    let single = exposures.debt_rank(&shock).unwrap();
    assert_near(&single.lost, &reals(&expected["h_singlehit"]));
    assert_near(&[single.debt_rank], &[real(&expected["R_singlehit"])]);
}

#[test]
fn c19_cascade() {
    let Case { inputs, expected } = case("C19");
    let found = exposures(&inputs).default_cascade(&reals(&inputs["h0"]), real(&inputs["R"])).unwrap();
    assert_near(&found.equity, &reals(&expected["equity"]));
    assert_eq!(found.struck, [0]);
    assert_eq!(found.waves, waves(&expected["waves"]));
}

#[test]
fn c20_c21_and_c27_fire_sales() {
    for id in ["C20", "C21", "C27"] {
        let Case { inputs, expected } = case(id);
        let [cash, units, debts] = ["c", "e", "x"].map(|key| reals(&inputs[key]));
        let holder =
            |node: usize| Holder { cash: cash[node], units: units[node], claims: 0.0, debts: debts[node] };
        let holders: Vec<Holder> = (0..cash.len()).map(holder).collect();
        let found = fire_sale(&holders, real(&inputs["rstar"]), real(&inputs["alpha"])).unwrap();
        assert_near(&[found.price], &[real(&expected["price"])]);
        assert_near(&found.sales, &reals(&expected["sales"]));
    }
}

#[test]
fn c22_deleveraging() {
    let Case { inputs, expected } = case("C22");
    let [assets, equity, illiquidity, shock] = ["A", "E", "L", "F1"].map(|key| reals(&inputs[key]));
    let portfolios = Portfolios::new(assets, equity, matrix(&inputs["M"]), illiquidity).unwrap();
    let found = deleveraging(&portfolios, &shock).unwrap();
    assert_near(&[found.direct], &[real(&expected["direct_loss"])]);
    assert_near(&found.sales, &reals(&expected["asset_sales"]));
    assert_near(&found.price_moves, &reals(&expected["F2"]));
    assert_near(&[found.vulnerability], &[real(&expected["AV"])]);
    assert_near(&found.systemicness, &reals(&expected["S"]));
    assert_near(&found.indirect, &reals(&expected["IV"]));
}

#[test]
fn c23_the_best_shape_becomes_the_worst() {
    let Case { inputs, expected } = case("C23");
    let banks = inputs["n"].as_u64().unwrap() as u32;
    let (owed, surplus) = (real(&inputs["y"]), real(&inputs["a_minus_v"]));
    for (size, shock) in [("small", "eps_small"), ("large", "eps_large")] {
        for (name, shape) in
            [("ring", Shape::Ring), ("complete", Shape::Complete), ("two_cliques", Shape::Cliques(2))]
        {
            let found = default_count(shape, banks, owed, surplus, real(&inputs[shock])).unwrap();
            assert_eq!(
                u64::from(found),
                expected[format!("{size}_{name}")].as_u64().unwrap(),
                "{size} {name}"
            );
        }
    }
    let thresholds = shock_thresholds(banks, surplus).unwrap();
    assert_eq!(thresholds, (real(&inputs["eps_star"]), real(&inputs["y_star"])));
}

#[test]
fn c26_and_c29_ranking_and_caps() {
    let Case { inputs, expected } = case("C26");
    let ranking = exposures(&inputs).systemic_ranking().unwrap();
    assert_eq!(ranking.iter().map(|(node, _)| *node).collect::<Vec<_>>(), [0, 2, 1]);
    let ranks: Vec<f64> = ranking.iter().map(|(_, rank)| *rank).collect();
    assert_near(&ranks, &["a", "c", "b"].map(|name| real(&expected["R"][name])));
    let Case { inputs, expected } = case("C29");
    for cap in reals(&inputs["kappa"]) {
        let capped = exposures(&inputs).capped(cap).unwrap();
        let found = capped.linear_debt_rank(&[1.0, 0.0, 0.0]).unwrap().debt_rank;
        assert_near(&[found], &[real(&expected[format!("{cap:?}")])]);
    }
}

#[test]
fn k02_and_k03_bridges() {
    let Case { inputs, expected } = case("K02");
    let [supply, local, stolen] = ["total_supply", "L2_supply", "stolen"].map(|key| real(&inputs[key]));
    let found = allocate_loss(supply, local, stolen).unwrap();
    let keys = ["backing_after", "uniform_haircut", "local_haircut", "mainnet_haircut_local"];
    assert_near(
        &[found.backing, found.uniform, found.local, found.elsewhere],
        &keys.map(|key| real(&expected[key])),
    );
    let Case { inputs, expected } = case("K03");
    let units = |value: &Value| -> Vec<U256> {
        value.as_array().unwrap().iter().map(|value| U256::from(value.as_u64().unwrap())).collect()
    };
    let (locked, claims) = (U256::from(inputs["locked"].as_u64().unwrap()), units(&inputs["claims"]));
    assert_eq!(first_come(locked, &claims), units(&expected["first_come"]));
    assert_eq!(pro_rata(locked, &claims), Some(units(&expected["pro_rata"])));
}

/// Equal mean outages, and a tail four hundred thousand times as heavy.
#[test]
fn k07_common_mode() {
    let Case { inputs, expected } = case("K07");
    let [rollups, at_least] = ["n", "k"].map(|key| inputs[key].as_u64().unwrap() as u32);
    let found = common_mode(rollups, real(&inputs["q"]), at_least).unwrap();
    assert_near(&[found.mean, found.shared_tail], &[real(&expected["mean"]), real(&expected["shared_tail"])]);
    for (found, key) in
        [(found.independent_tail, "independent_tail"), (found.shared_tail / found.independent_tail, "ratio")]
    {
        let expected = real(&expected[key]);
        assert!((found - expected).abs() <= 1e-9 * expected, "{key}: expected {expected}, found {found}");
    }
}
