package dev.pathline.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pathline solvers}. */
@Command(name = "solvers", mixinStandardHelpOptions = true,
        description = "List the solvers: order, cost, noise, time grid and source. docs/solvers.md says how to choose.")
final class SolversCommand implements Callable<Integer> {
    /** Between these lines a page holds the table. */
    static final String BEGIN = "<!-- Written by: ./pathline solvers --update docs/solvers.md -->\n";

    static final String END = "<!-- End of the table. -->\n";

    @Option(names = "--update", paramLabel = "PAGE", hidden = true,
            description = "Write the table into a page of the documentation, between its markers.")
    private @Nullable Path page;

    @Override
    public Integer call() throws IOException {
        if (page == null) {
            System.out.print(SolverTable.text());
        } else {
            Files.writeString(page, updated(Files.readString(page)));
        }
        return 0;
    }

    /**
     * Returns a page with the table as it is now.
     *
     * @throws IllegalArgumentException if the page has no markers
     */
    static String updated(String text) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, Math.max(begin, 0));
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException("the page has no line " + BEGIN.strip() + ", or no " + END.strip());
        }
        return text.substring(0, begin + BEGIN.length()) + SolverTable.markdown() + text.substring(end);
    }
}
