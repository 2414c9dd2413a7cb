package dev.pathline.standalone.cli;

import dev.pathline.diffusion.planner.SolverCatalog;
import dev.pathline.diffusion.solver.SolverInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The facts of all solvers as a table, for the terminal and for the documentation. */
final class SolverTable {
    private static final List<String> HEADER = List.of("solver", "order", "evaluations a step", "noise", "options",
            "kind",
            "time grid", "source");

    private SolverTable() {}

    /** Columns separated by spaces, with a line of headings. */
    static String text() {
        List<List<String>> rows = rows();
        int[] widths = IntStream.range(0, HEADER.size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        return rows.stream().map(row -> IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column) + " ".repeat(widths[column] - row.get(column).length()))
                .collect(Collectors.joining("  ")).stripTrailing()).collect(Collectors.joining("\n", "", "\n"));
    }

    /** A table of Markdown. */
    static String markdown() {
        List<String> lines = new ArrayList<>(
                rows().stream().map(row -> "| " + String.join(" | ", row) + " |").toList());
        lines.add(1, "|---".repeat(HEADER.size()) + "|");
        return String.join("\n", lines) + "\n";
    }

    private static List<List<String>> rows() {
        return Stream.concat(Stream.of(HEADER), SolverCatalog.all().stream().map(SolverTable::row)).toList();
    }

    private static List<String> row(SolverInfo info) {
        return List.of(info.name(), String.valueOf(info.order()), String.valueOf(info.evaluationsPerStep()),
                info.deterministic() ? "none" : "yes", options(info), kind(info), timeGrid(info), info.source());
    }

    private static String options(SolverInfo info) {
        return info.options().values().entrySet().stream()
                .map(entry -> entry.getKey().wire() + " " + plain(entry.getValue())).collect(Collectors.joining(", "));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String kind(SolverInfo info) {
        List<String> traits = new ArrayList<>();
        if (info.adaptive()) {
            traits.add("adaptive");
        }
        if (info.flowMap()) {
            traits.add("flow map");
        }
        traits.add(info.multistep() ? "multistep" : "single step");
        return String.join(", ", traits);
    }

    private static String timeGrid(SolverInfo info) {
        List<String> grids = info.timeGrids();
        return switch (grids.size()) {
            case 0 -> "its own";
            case 1 -> grids.getFirst() + " only";
            default -> info.defaultTimeGrid();
        };
    }
}
