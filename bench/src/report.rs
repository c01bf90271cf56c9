use crate::rounds::Measured;

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// A table: each contestant beside the first one of its case.
pub fn print(measured: &[Measured]) {
    println!("| case | contestant | µs, median | ratio to the first, median | min .. max |");
    println!("|---|---|--:|--:|--:|");
    for one in measured {
        let base = measured.iter().find(|other| other.case == one.case).unwrap_or(one);
        let ratios: Vec<f64> = one.rounds.iter().zip(&base.rounds).map(|(one, base)| one / base).collect();
        let (least, most) = ratios
            .iter()
            .fold((f64::MAX, 0.0_f64), |(least, most), ratio| (least.min(*ratio), most.max(*ratio)));
        println!(
            "| {} | {} | {:.2} | {:.2} | {least:.2} .. {most:.2} |",
            one.case,
            one.name,
            median(&one.rounds) / 1000.0,
            median(&ratios),
        );
    }
}
