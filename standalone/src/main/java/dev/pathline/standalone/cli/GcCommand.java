package dev.pathline.standalone.cli;

import dev.pathline.common.lifecycle.ModelHolds;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.registry.ModelGarbage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pathline gc}. */
@Command(name = "gc", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Let old versions of models go. What stays: the newest ones, young ones, what an alias points to, what"
                + " a server's jobs need, and folders that nobody registered.",
        footer = {"",
            "A version goes in two steps: it is retired, so that no new request gets it, and the first gc after the grace",
            "period deletes its files, unless somebody uses it then. So run it twice, or regularly. See docs/registry.md.",
            "Exit codes: 0 done; 1 done, but something is broken or could not be deleted; 2 wrong usage."})
final class GcCommand implements Callable<Integer> {

    private static final ModelGarbage.Report NOTHING = new ModelGarbage.Report(List.of(), List.of(), List.of(),
            List.of(), List.of(), List.of());

    @Option(names = "--keep", paramLabel = "N", defaultValue = "3",
            description = "the newest versions of each model that stay (default: ${DEFAULT-VALUE})")
    private int keep;

    @Option(names = "--min-age", paramLabel = "HOURS", defaultValue = "24",
            description = "younger versions stay (default: ${DEFAULT-VALUE} hours)")
    private int minAge;

    @Option(names = "--grace", paramLabel = "MINUTES", defaultValue = "60",
            description = "how long a retired version keeps its files, at least 15 (default: ${DEFAULT-VALUE} minutes)")
    private int grace;

    @Option(names = "--no-servers",
            description = "no server, worker or command uses these models now: --grace may be less")
    private boolean noServers;

    @Option(names = "--dry-run", description = "say what would be done, and do nothing")
    private boolean dryRun;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() {
        if (keep < 1 || minAge < 0 || grace < 0) {
            throw new IllegalArgumentException("--keep must be at least 1, --min-age and --grace 0 or more");
        }
        if (!noServers && grace < ModelHolds.LENGTH.toMinutes()) {
            throw new IllegalArgumentException("--grace must be at least " + ModelHolds.LENGTH.toMinutes()
                    + " minutes, not " + grace + ": servers take that long to say which versions their jobs need, and a"
                    + " job whose model is removed before fails. If nobody uses these models now, add --no-servers");
        }
        // Servers cannot be asked from here; they leave holds in the registry.
        var garbage = new ModelGarbage(models.registry(), List.of(), Clock.systemUTC());
        ModelGarbage.Report report = garbage.collect(
                new ModelGarbage.Rules(keep, Duration.ofHours(minAge), Duration.ofMinutes(grace)), dryRun);
        print("retired", report.retired());
        print("removed", report.removed());
        print("restored", report.restored());
        print("waiting", report.waiting());
        report.swept().forEach(swept -> System.out.println("swept     " + swept));
        report.problems().forEach(problem -> System.out.println("problem   " + problem));
        if (report.equals(NOTHING)) {
            System.out.println("nothing to do in " + models.locations());
        } else if (dryRun) {
            System.out.println("this was a dry run: nothing was changed");
        }
        return report.problems().isEmpty() ? 0 : 1;
    }

    private static void print(String what, List<RegisteredModel> which) {
        which.forEach(model -> System.out.printf(Locale.ROOT, "%-9s %s%n", what, model.reference()));
    }
}
