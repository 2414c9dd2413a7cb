package dev.pathline.standalone.cli.keys;

import dev.pathline.common.access.ApiKey;
import dev.pathline.common.access.KeyLimits;
import dev.pathline.common.access.KeySecret;
import dev.pathline.common.access.Role;
import dev.pathline.common.port.KeyStore;
import dev.pathline.standalone.cli.table.Markdown;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code pathline keys}. */
@Command(name = "keys", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Make, list, change and revoke API keys. A server that runs knows of it within five seconds.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: KEY=$(pathline keys create ada --roles generate)",
            "         curl -H \"Authorization: Bearer $KEY\" http://localhost:8080/models"})
public final class KeysCommand {

    private static final int LONGEST_NAME = 64;

    @Spec
    private @Nullable CommandSpec spec;

    /** Reads a role. */
    static final class Roles implements ITypeConverter<Role> {

        @Override
        public Role convert(String text) {
            return Role.named(text).orElseThrow(() -> new TypeConversionException("'" + text
                    + "' is no role; the roles are generate, train and admin"));
        }
    }

    /** Reads a number of days. */
    static final class Days implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            if (!text.matches("[1-9][0-9]{0,4}d")) {
                throw new TypeConversionException("'" + text + "' is no number of days such as 90d");
            }
            return Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)));
        }
    }

    private PrintWriter out() {
        return console().getOut();
    }

    private PrintWriter err() {
        return console().getErr();
    }

    private picocli.CommandLine console() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not begun");
        }
        return spec.commandLine();
    }

    /** Makes one. What it says goes to the standard output, and is not to be had again. */
    @Command(name = "create", mixinStandardHelpOptions = true,
            description = "Make a key. What it says is printed once, and kept nowhere.")
    int create(@Mixin KeyPlace place,
            @Parameters(paramLabel = "NAME", description = "what people call it") String name,
            @Option(names = "--roles", split = ",", paramLabel = "ROLE", converter = Roles.class,
                    defaultValue = "generate",
                    description = "generate (make images, see its own jobs), train (see its own runs), admin (everything);"
                            + " several with commas (default: generate)") List<Role> roles,
            @Option(names = "--per-minute", paramLabel = "N", defaultValue = "0",
                    description = "how many jobs and runs it may ask for a minute (default: 0, as many as it likes)") int perMinute,
            @Option(names = "--jobs", paramLabel = "N", defaultValue = "0",
                    description = "how many of its jobs may wait or run at the same time (default: 0, as many as it likes)") int jobs,
            @Option(names = "--expires", paramLabel = "DAYS", converter = Days.class,
                    description = "after how long it is none any more, such as 90d (default: never)") @Nullable Duration expires) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a name has 1 to " + LONGEST_NAME + " characters");
        }
        KeySecret secret = KeySecret.random();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var key = new ApiKey(secret.id(), name, EnumSet.copyOf(roles), new KeyLimits(perMinute, jobs), secret.hash(),
                KeySecret.randomWebhookSecret(), now, expires == null ? null : now.plus(expires), null);
        place.ask(keys -> {
            keys.put(key);
            return key;
        });
        err().println("key " + key.id() + " of " + name + " may " + roles(key.roles())
                + "; what it says, which is not shown again:");
        out().println(secret.text());
        err().println("webhooks of its jobs are signed by " + key.webhookSecret());
        return 0;
    }

    /** Lists them. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the keys, without what they say.")
    int list(@Mixin KeyPlace place) {
        Instant now = Instant.now();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("key", "name", "roles", "per minute", "jobs", "made", "state"));
        for (ApiKey key : place.ask(KeyStore::list)) {
            rows.add(List.of(key.id(), key.name(), roles(key.roles()), limit(key.limits().requestsPerMinute()),
                    limit(key.limits().jobs()), key.createdAt().toString(), state(key, now)));
        }
        if (rows.size() == 1) {
            err().println("there are no keys");
        } else {
            out().println(Markdown.table(rows).stripTrailing());
        }
        return 0;
    }

    /** Gives one other words. */
    @Command(name = "rotate", mixinStandardHelpOptions = true,
            description = "Let a key say something else; what it has made stays its own. What it said before is nothing then.")
    int rotate(@Mixin KeyPlace place, @Parameters(paramLabel = "KEY", description = "its id, see list") String id) {
        KeySecret secret = KeySecret.randomOf(id);
        place.ask(keys -> {
            ApiKey key = known(keys, id);
            if (!key.isValid(Instant.now())) {
                throw new IllegalArgumentException("key " + id + " is " + state(key, Instant.now())
                        + "; pathline keys create makes another");
            }
            keys.put(key.saying(secret));
            return id;
        });
        err().println("key " + id + " says from now on, which is not shown again:");
        out().println(secret.text());
        return 0;
    }

    /** Takes one back. */
    @Command(name = "revoke", mixinStandardHelpOptions = true,
            description = "Take a key back; its jobs go on, and are seen by administrators.")
    int revoke(@Mixin KeyPlace place, @Parameters(paramLabel = "KEY", description = "its id, see list") String id) {
        place.ask(keys -> {
            keys.put(known(keys, id).revoked(Instant.now().truncatedTo(ChronoUnit.SECONDS)));
            return id;
        });
        err().println("key " + id + " is none any more");
        return 0;
    }

    private static ApiKey known(KeyStore keys, String id) {
        return keys.find(id).orElseThrow(
                () -> new IllegalArgumentException("there is no key " + id + "; pathline keys list shows them"));
    }

    private static String roles(Set<Role> roles) {
        return roles.stream().sorted().map(Role::wire).collect(Collectors.joining(", "));
    }

    private static String limit(int limit) {
        return limit == 0 ? "any" : Integer.toString(limit);
    }

    private static String state(ApiKey key, Instant now) {
        if (key.revokedAt() != null) {
            return "revoked " + key.revokedAt();
        }
        if (key.expiresAt() == null) {
            return "valid";
        }
        return (key.isValid(now) ? "valid until " : "expired ") + key.expiresAt();
    }
}
