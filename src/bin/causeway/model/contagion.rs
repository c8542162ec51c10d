//! Models of contagion: clearing, distress, fire sales, bridges and outages.

use super::{Inputs, Model};
use alloy_primitives::U256;
use causeway::risk::{
    Claims, Clearing, Debt, Exposures, Holder, Holdings, Network, Portfolios, Recovery, Shape, Sheet,
    allocate_loss, common_mode, default_count, deleveraging, dependency, eisenberg_noe, fire_sale,
    first_come, limit_from_below, pro_rata, rogers_veraart,
};
use serde_json::{Map, Value, json};

pub(super) const MODELS: &[(&str, Model)] = &[
    ("Eisenberg-Noe 2001", clearing),
    ("Rogers-Veraart 2013", clearing_with_costs),
    ("Elliott-Golub-Jackson 2014", cross_holdings),
    ("Linear DebtRank (Bardoscia 2015)", linear),
    ("DebtRank 2012 single-hit vs linear 2015", both_debt_ranks),
    ("Furfine / default cascade", cascade),
    ("Cifuentes-Ferrucci-Shin 2005 fire sale", prices),
    ("Greenwood-Landier-Thesmar 2015", leverage),
    ("Acemoglu-Ozdaglar-Tahbaz-Salehi 2015 phase transition", shapes),
    ("conservation identity", conservation),
    ("systemic ranking by DebtRank", ranking),
    ("exposure cap lowers DebtRank", caps),
    ("backing ratio and loss allocation", haircuts),
    ("redemption run: first-come vs pro-rata", run_on_bridge),
    ("common-mode failure", outages),
];

fn said(error: impl ToString) -> String {
    error.to_string()
}

fn same_length(first: &[f64], others: &[&Vec<f64>]) -> Result<(), String> {
    match others.iter().find(|other| other.len() != first.len()) {
        Some(other) => Err(format!("{} values where {} are expected", other.len(), first.len())),
        None => Ok(()),
    }
}

/// The entries of a matrix whose rows are debtors, or creditors.
fn claims(matrix: Inputs<'_>, rows_owe: bool) -> Result<Claims, String> {
    let rows = matrix.matrix()?;
    let nodes = u32::try_from(rows.len()).map_err(said)?;
    let entry = |row: u32, column: u32, amount: f64| {
        let (debtor, creditor) = if rows_owe { (row, column) } else { (column, row) };
        Debt { debtor, creditor, amount }
    };
    let debts = (0..)
        .zip(&rows)
        .flat_map(|(row, values)| (0..).zip(values).map(move |(column, amount)| entry(row, column, *amount)));
    Claims::new(nodes, debts).map_err(said)
}

/// What each has, less what is senior to `L`, may be below zero.
fn network(inputs: Inputs<'_>) -> Result<Network, String> {
    let outside = inputs.get("e")?.reals()?;
    let owed = match inputs.find("external_liabilities") {
        Some(owed) => owed.reals()?,
        None => vec![0.0; outside.len()],
    };
    same_length(&outside, &[&owed])?;
    let sheet = |(outside, owed): (&f64, &f64)| Sheet {
        outside_assets: outside.max(0.0),
        senior_debts: (-outside).max(0.0),
        outside_debts: *owed,
    };
    let sheets = outside.iter().zip(&owed).map(sheet).collect();
    Network::new(claims(inputs.get("L")?, true)?, sheets).map_err(said)
}

fn recovery(inputs: Inputs<'_>) -> Result<Recovery, String> {
    Recovery::new(inputs.get("alpha")?.real()?, inputs.get("beta")?.real()?).map_err(said)
}

fn clearing(inputs: Inputs<'_>) -> Result<Value, String> {
    let found = eisenberg_noe(&network(inputs)?).map_err(said)?;
    let fractions: Vec<String> = found.payments.iter().copied().map(fraction).collect();
    Ok(json!({
        "p": found.payments,
        "p_fraction": fractions,
        "equity": found.equity,
        "default_waves": found.waves,
    }))
}

/// The simplest fraction that floating point does not tell from a value, by its continued fraction.
fn fraction(value: f64) -> String {
    let ((mut p, mut q), (mut p_before, mut q_before)) = ((1.0, 0.0), (0.0, 1.0));
    let mut rest = value;
    for _ in 0..20 {
        let whole = libm::floor(rest);
        (p, p_before) = (whole * p + p_before, p);
        (q, q_before) = (whole * q + q_before, q);
        if (p / q - value).abs() <= 1e-13 * value.abs().max(1.0) {
            break;
        }
        rest = 1.0 / (rest - whole);
    }
    if q == 1.0 { format!("{p}") } else { format!("{p}/{q}") }
}

fn clearing_with_costs(inputs: Inputs<'_>) -> Result<Value, String> {
    let (network, recovery) = (network(inputs)?, recovery(inputs)?);
    let found = rogers_veraart(&network, recovery).map_err(said)?;
    let below = limit_from_below(&network, recovery).map_err(said)?;
    Ok(json!({
        "greatest": found.payments,
        "default_waves": found.waves,
        "limit_from_below": below.payments,
    }))
}

/// Either what the matrix of shares alone says, or values and failures.
fn cross_holdings(inputs: Inputs<'_>) -> Result<Value, String> {
    let holdings = Holdings::new(claims(inputs.get("C")?, false)?).map_err(said)?;
    let Some(prices) = inputs.find("p") else {
        let rows = dependency(&holdings).map_err(said)?;
        let sums: Vec<f64> = (0..rows.len()).map(|column| rows.iter().map(|row| row[column]).sum()).collect();
        return Ok(json!({ "A": rows, "column_sums": sums }));
    };
    let prices = prices.reals()?;
    let owned = inputs.get("D")?;
    let assets = match owned.text() {
        Ok("identity") => prices,
        _ => {
            let worth = |row: Vec<f64>| row.iter().zip(&prices).map(|(owned, price)| owned * price).sum();
            owned.matrix()?.into_iter().map(worth).collect()
        }
    };
    let (thresholds, penalties) = (inputs.get("thresholds")?.reals()?, inputs.get("beta")?.reals()?);
    let found = holdings.values(&assets, &thresholds, &penalties).map_err(said)?;
    Ok(json!({ "v": found.values, "failure_waves": found.waves }))
}

/// Weights are a list, or else each node's equity.
fn exposures(inputs: Inputs<'_>) -> Result<Exposures, String> {
    let equity = inputs.get("E")?.reals()?;
    let weights = match inputs.find("weights").filter(|weights| weights.text().is_err()) {
        Some(weights) => weights.reals()?,
        None => equity.clone(),
    };
    Exposures::new(claims(inputs.get("A")?, false)?, equity, weights).map_err(said)
}

fn linear(inputs: Inputs<'_>) -> Result<Value, String> {
    let found = exposures(inputs)?.linear_debt_rank(&inputs.get("h0")?.reals()?).map_err(said)?;
    Ok(json!({ "h": found.lost, "DebtRank": found.debt_rank }))
}

fn both_debt_ranks(inputs: Inputs<'_>) -> Result<Value, String> {
    let (exposures, shock) = (exposures(inputs)?, inputs.get("h0")?.reals()?);
    let linear = exposures.linear_debt_rank(&shock).map_err(said)?;
    let single = exposures.debt_rank(&shock).map_err(said)?;
    Ok(json!({
        "h_linear": linear.lost,
        "R_linear": linear.debt_rank,
        "h_singlehit": single.lost,
        "R_singlehit": single.debt_rank,
    }))
}

fn cascade(inputs: Inputs<'_>) -> Result<Value, String> {
    let exposures = exposures(inputs)?;
    let shock = inputs.get("h0")?.reals()?;
    let found = exposures.default_cascade(&shock, inputs.get("R")?.real()?).map_err(said)?;
    let mut defaulted = vec![false; found.equity.len()];
    for node in found.struck.iter().chain(found.waves.iter().flatten()) {
        defaulted[*node as usize] = true;
    }
    Ok(json!({ "defaulted": defaulted, "equity": found.equity, "waves": found.waves }))
}

fn prices(inputs: Inputs<'_>) -> Result<Value, String> {
    let [cash, units, debts] =
        [inputs.get("c")?.reals()?, inputs.get("e")?.reals()?, inputs.get("x")?.reals()?];
    let claims = match inputs.find("IB") {
        Some(claims) => claims.reals()?,
        None => vec![0.0; cash.len()],
    };
    same_length(&cash, &[&units, &debts, &claims])?;
    let holder = |node: usize| Holder {
        cash: cash[node],
        units: units[node],
        claims: claims[node],
        debts: debts[node],
    };
    let holders: Vec<Holder> = (0..cash.len()).map(holder).collect();
    let (ratio, depth) = (inputs.get("rstar")?.real()?, inputs.get("alpha")?.real()?);
    let found = fire_sale(&holders, ratio, depth).map_err(said)?;
    Ok(json!({ "price": found.price, "sales": found.sales }))
}

fn leverage(inputs: Inputs<'_>) -> Result<Value, String> {
    let [assets, equity, illiquidity, shock] = [
        inputs.get("A")?.reals()?,
        inputs.get("E")?.reals()?,
        inputs.get("L")?.reals()?,
        inputs.get("F1")?.reals()?,
    ];
    let portfolios =
        Portfolios::new(assets, equity, inputs.get("M")?.matrix()?, illiquidity).map_err(said)?;
    let found = deleveraging(&portfolios, &shock).map_err(said)?;
    Ok(json!({
        "direct_loss": found.direct,
        "asset_sales": found.sales,
        "F2": found.price_moves,
        "AV": found.vulnerability,
        "S": found.systemicness,
        "IV": found.indirect,
    }))
}

fn shapes(inputs: Inputs<'_>) -> Result<Value, String> {
    let (banks, owed) = (inputs.get("n")?.small()?, inputs.get("y")?.real()?);
    let surplus = inputs.get("a_minus_v")?.real()?;
    let mut found = Map::new();
    for (size, shock) in [("small", "eps_small"), ("large", "eps_large")] {
        let shock = inputs.get(shock)?.real()?;
        for (name, shape) in
            [("ring", Shape::Ring), ("complete", Shape::Complete), ("two_cliques", Shape::Cliques(2))]
        {
            let count = default_count(shape, banks, owed, surplus, shock).map_err(said)?;
            found.insert(format!("{size}_{name}"), json!(count));
        }
    }
    Ok(found.into())
}

/// What clearing loses of what there was, without costs of default and with them.
fn conservation(inputs: Inputs<'_>) -> Result<Value, String> {
    let mut found = Map::new();
    for case in inputs.get("uses")?.list()? {
        let network = network(case)?;
        let (name, clearing) = if case.find("alpha").is_some() {
            ("RV_deadweight", rogers_veraart(&network, recovery(case)?))
        } else {
            ("EN_gap", eisenberg_noe(&network))
        };
        let Clearing { equity, to_outside, .. } = clearing.map_err(said)?;
        let before: f64 = network.sheets().iter().map(|sheet| sheet.outside_assets).sum();
        let after: f64 = equity.iter().chain(&to_outside).sum();
        found.insert(name.into(), json!(before - after));
    }
    Ok(found.into())
}

/// The nodes of the case have no names: they are a, b, c and so on.
fn ranking(inputs: Inputs<'_>) -> Result<Value, String> {
    let ranking = exposures(inputs)?.systemic_ranking().map_err(said)?;
    let name = |node: u32| {
        let letter = u8::try_from(node).ok().filter(|node| *node < 26);
        letter.map_or(node.to_string(), |letter| char::from(b'a' + letter).to_string())
    };
    let ranks: Map<String, Value> = ranking.iter().map(|(node, rank)| (name(*node), json!(rank))).collect();
    let order: Vec<String> = ranking.iter().map(|(node, _)| name(*node)).collect();
    Ok(json!({ "R": ranks, "ranking": order }))
}

/// The DebtRank of the first node's default.
fn caps(inputs: Inputs<'_>) -> Result<Value, String> {
    let exposures = exposures(inputs)?;
    let mut shock = vec![0.0; exposures.equity().len()];
    *shock.first_mut().ok_or("no nodes where one is expected to fail")? = 1.0;
    let mut found = Map::new();
    for cap in inputs.get("kappa")?.reals()? {
        let capped = exposures.capped(cap).map_err(said)?;
        let distress = capped.linear_debt_rank(&shock).map_err(said)?;
        found.insert(format!("{cap:?}"), json!(distress.debt_rank));
    }
    Ok(found.into())
}

fn haircuts(inputs: Inputs<'_>) -> Result<Value, String> {
    let real = |key: &str| inputs.get(key)?.real();
    let found = allocate_loss(real("total_supply")?, real("L2_supply")?, real("stolen")?).map_err(said)?;
    Ok(json!({
        "backing_after": found.backing,
        "uniform_haircut": found.uniform,
        "local_haircut": found.local,
        "mainnet_haircut_local": found.elsewhere,
    }))
}

fn run_on_bridge(inputs: Inputs<'_>) -> Result<Value, String> {
    let locked = inputs.get("locked")?.units()?;
    let claims: Vec<U256> = inputs.get("claims")?.list()?.map(Inputs::units).collect::<Result<_, _>>()?;
    let text = |amounts: Vec<U256>| amounts.iter().map(U256::to_string).collect::<Vec<_>>();
    let shared =
        pro_rata(locked, &claims).ok_or("claims of more where at most 256 bits together are expected")?;
    Ok(json!({ "first_come": text(first_come(locked, &claims)), "pro_rata": text(shared) }))
}

fn outages(inputs: Inputs<'_>) -> Result<Value, String> {
    let (rollups, at_least) = (inputs.get("n")?.small()?, inputs.get("k")?.small()?);
    let found = common_mode(rollups, inputs.get("q")?.real()?, at_least).map_err(said)?;
    Ok(json!({
        "mean": found.mean,
        "independent_tail": found.independent_tail,
        "shared_tail": found.shared_tail,
        "ratio": found.shared_tail / found.independent_tail,
    }))
}
