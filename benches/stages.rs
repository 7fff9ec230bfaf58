//! How long each stage of a check takes inside the process: `cargo bench --bench stages`.
//!
//! The projects are the generator's, of 1,000, 10,000 and 100,000 flows. A filter chooses: `cargo bench --bench stages -- parse`.
#![allow(dead_code)] // other benches use the rest of the generator

mod library;
mod synthetic;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

use library::Texts;
use synthetic::floor::Floor;
use synthetic::{Project, SEED};

fn stages(c: &mut Criterion) {
    let mut group = c.benchmark_group("stages");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for flows in [1_000, 10_000, 100_000] {
        let project = Project::new(flows, SEED);
        let texts = Texts::new(&project.files);
        group.throughput(Throughput::Bytes(project.bytes() as u64));
        group.bench_function(BenchmarkId::new("parse", flows), |b| {
            b.iter_with_large_drop(|| texts.parse());
        });
        group.bench_function(BenchmarkId::new("resolve", flows), |b| {
            b.iter_batched(|| texts.parse(), |parsed| texts.resolve(parsed), BatchSize::PerIteration);
        });
        group.throughput(Throughput::Elements(flows as u64));
        group.bench_function(BenchmarkId::new("build", flows), |b| {
            let model = || texts.resolve(texts.parse());
            b.iter_batched_ref(model, library::build, BatchSize::PerIteration);
        });
        group.bench_function(BenchmarkId::new("check", flows), |b| {
            b.iter_batched(|| texts.clone(), Texts::check, BatchSize::PerIteration);
        });
        let floor = Floor::new(&project.facts);
        group.bench_function(BenchmarkId::new("floor", flows), |b| {
            b.iter_with_large_drop(|| black_box(&floor).run());
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
