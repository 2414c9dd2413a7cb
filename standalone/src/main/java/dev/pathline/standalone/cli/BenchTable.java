package dev.pathline.standalone.cli;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.measure.Timing;
import dev.pathline.engine.script.ProfileChoice;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Measurements of a model as a table for people, line by line. */
final class BenchTable {

    private static final String FORMAT = "%-12s %6s %10s %10s %10s %9s %9s%n";

    private static final int DIGITS = 4;
    private static final int ERROR_DIGITS = 2;

    private final String model;
    private final Network network;
    private final SamplingPlan plan;

    /** A table of one model. */
    BenchTable(String model, Checkpoint checkpoint) {
        this.model = model;
        this.network = checkpoint.network();
        ModelCard card = checkpoint.card();
        this.plan = Planner.plan(card, SamplingSettings.defaults(card.conditional()));
    }

    /** What is measured, where, and the headings. */
    String head(String device, int threads) {
        String size = String.format(Locale.ROOT, "%,d parameters, %s MFLOP a row", network.parameterCount(),
                Digits.of(network.flops() / 1e6, DIGITS));
        return String.format(Locale.ROOT, "%s: %s%n", model, isCounted() ? size : "a module of another program")
                + String.format(Locale.ROOT, "an image: %s, %d steps, guidance %s: %d rows%n", plan.solver(),
                        plan.steps(), Digits.of(plan.cfgScale(), DIGITS), plan.rows())
                + String.format(Locale.ROOT, "on %s with %d thread(s)%n%n", device, threads)
                + String.format(Locale.ROOT, FORMAT, "profile", "batch", "images/s", "evals/s", "ms/eval", "GFLOP/s",
                        "peak MiB");
    }

    /** One row. */
    String row(String profile, int batch, Timing evaluation, Timing tick, OptionalLong peakBytes) {
        double rows = batch / evaluation.seconds();
        return String.format(Locale.ROOT, FORMAT, profile, batch,
                Digits.of(batch / tick.seconds() / plan.rows(), DIGITS), Digits.of(rows, DIGITS),
                Digits.of(evaluation.seconds() * 1e3, DIGITS),
                isCounted() ? Digits.of(rows * network.flops() / 1e9, DIGITS) : "-",
                peakBytes.isPresent() ? Long.toString(peakBytes.getAsLong() >> 20) : "-");
    }

    /** How far each profile's numbers are from the reference's. */
    static String errors(Map<String, Double> errors) {
        return errors.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "%nrelative error against f32: %s%n", errors.entrySet().stream()
                        .map(error -> error.getKey() + " " + Digits.of(error.getValue(), ERROR_DIGITS))
                        .collect(Collectors.joining(", ")));
    }

    /** What a server on this machine computes with where nobody names a profile. */
    static String choice(ProfileChoice choice, SteadySizes steady) {
        return String.format(Locale.ROOT, "%nprofile of a server here: %s (%s)%s%n", choice.profile().name(),
                choice.reason(), steady.isEmpty()
                        ? ""
                        : "; strict evaluations have " + steady.sizes().stream().map(String::valueOf)
                                .collect(Collectors.joining(", ")) + " rows");
    }

    /** What a module of another program computes is not known. */
    private boolean isCounted() {
        return network.module().isEmpty();
    }
}
