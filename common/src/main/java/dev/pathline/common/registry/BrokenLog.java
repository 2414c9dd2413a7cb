package dev.pathline.common.registry;

import dev.pathline.common.port.ModelRegistry.BrokenCard;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * Logs what is broken in a registry once, and again only after it was whole: a look at a registry is repeated every few
 * seconds. Why it is broken may change meanwhile, as when a copy goes on.
 */
public final class BrokenLog {

    private final Logger log;
    private final Set<String> reported = new HashSet<>();

    /** @param log where it is said */
    public BrokenLog(Logger log) {
        this.log = log;
    }

    /** Says what of it was not said before, and what is whole again. */
    public synchronized void say(List<BrokenCard> broken) {
        for (BrokenCard card : broken) {
            if (reported.add(card.file())) {
                log.warn("Skipping {}: {}", card.file(), card.reason());
            }
        }
        Set<String> now = broken.stream().map(BrokenCard::file).collect(Collectors.toSet());
        for (String file : Set.copyOf(reported)) {
            if (!now.contains(file)) {
                reported.remove(file);
                log.info("{} is no longer skipped", file);
            }
        }
    }
}
