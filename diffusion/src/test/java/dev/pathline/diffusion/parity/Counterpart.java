package dev.pathline.diffusion.parity;

import java.util.List;
import java.util.Optional;

/**
 * The solver that is compared with a scheduler, a line of {@code parity/counterparts.txt}.
 *
 * @param family the recorded case, for any number of steps
 * @param solver our solver, or empty where we have none
 * @param bound how far the two may be from each other
 * @param reason why they differ on purpose; empty where they do not
 */
record Counterpart(
        String family,
        Optional<String> solver,
        double bound,
        String reason) {

    static List<Counterpart> read(String table) {
        return table.lines().skip(2).map(Counterpart::of).toList();
    }

    private static Counterpart of(String line) {
        String[] cells = line.split("\\|", -1);
        String solver = cells[2].strip();
        return new Counterpart(
                cells[1].strip(),
                solver.isEmpty() ? Optional.empty() : Optional.of(solver),
                cells[3].isBlank() ? 0 : Double.parseDouble(cells[3].strip()),
                cells[4].strip());
    }
}
