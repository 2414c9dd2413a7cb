package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore.AliasChange;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline alias MODEL ALIAS}. */
@Command(name = "alias", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Let an alias point to a version of a model. Running servers follow without a restart; jobs that they"
                + " have accepted keep their version.",
        footer = {"", "Example: pathline alias fashion-flow@2 champion --expected 1"})
final class AliasCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "MODEL", description = "name@version, or name for its newest version")
    private String model = "";

    @Parameters(index = "1", paramLabel = "ALIAS", description = "a word, such as champion or candidate")
    private String alias = "";

    @Option(names = "--expected", paramLabel = "VERSION",
            description = "move it only if it points there now; \"\" for an alias that must not exist yet")
    private @Nullable String expected;

    @Option(names = "--delete", description = "take the alias away instead")
    private boolean delete;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() {
        RegisteredModel target = models.resolve(model);
        AliasChange change = delete
                ? models.registry().removeAlias(target.name(), alias, expected)
                : models.registry().moveAlias(target.name(), alias, target.version(), expected);
        String shown = target.name() + "@" + alias;
        switch (change) {
            case AliasChange.Done done -> {
                String before = done.previous() == null ? "is new" : "was version " + done.previous();
                System.out.println(delete
                        ? shown + " is gone, it " + before
                        : shown + " is version " + target.version() + " now, it " + before);
            }
            case AliasChange.Conflict conflict -> throw new IllegalStateException(shown + (conflict.actual() == null
                    ? " does not exist"
                    : " is version " + conflict.actual()) + ", not as expected, and was left alone");
            case AliasChange.Missing _ -> throw new IllegalArgumentException(delete
                    ? "there is no alias " + shown
                    : target.reference() + " was retired, and gets no alias");
        }
        return 0;
    }
}
