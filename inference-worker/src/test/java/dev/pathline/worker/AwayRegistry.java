package dev.pathline.worker;

import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.RegistryUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry that cannot be reached the first times a version is looked up. */
final class AwayRegistry implements ModelRegistry {

    private final ModelRegistry registry;
    private final int failures;
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);

    AwayRegistry(ModelRegistry registry, int failures) {
        this.registry = registry;
        this.failures = failures;
    }

    /** How often a version was looked up. */
    int asked() {
        return asked.get();
    }

    /** Waits until a version was looked up in vain. */
    void awaitFirst() throws InterruptedException {
        first.await();
    }

    @Override
    public Optional<RegisteredModel> find(String name, String version) {
        if (asked.incrementAndGet() <= failures) {
            first.countDown();
            throw new RegistryUnavailableException("the bucket is away", new IOException("timed out"));
        }
        return registry.find(name, version);
    }

    @Override
    public List<RegisteredModel> list() {
        return registry.list();
    }

    @Override
    public Optional<RegisteredModel> resolve(String reference) {
        return registry.resolve(reference);
    }

    @Override
    public Path open(RegisteredModel model) {
        return registry.open(model);
    }

    @Override
    public List<BrokenCard> broken() {
        return registry.broken();
    }
}
