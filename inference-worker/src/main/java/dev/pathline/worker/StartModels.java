package dev.pathline.worker;

import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.network.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker does with models that nobody has asked for: it loads some at its start, so that a first request does not wait
 * for it, and looks at the settings of all, to say in which profile it would compute them.
 */
final class StartModels {

    private static final Logger LOG = LoggerFactory.getLogger(StartModels.class);
    private static final int PLANE = 2;

    private final ModelRegistry models;
    private final CheckpointCache checkpoints;
    private final List<DeviceWorker> devices;
    private final Executor blocking;
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * Models of a registry.
     *
     * @param blocking runs what may block
     */
    StartModels(ModelRegistry models, CheckpointCache checkpoints, List<DeviceWorker> devices, Executor blocking) {
        this.models = models;
        this.checkpoints = checkpoints;
        this.devices = devices;
        this.blocking = blocking;
    }

    /**
     * Loads models on all devices, one after the other. One that cannot be loaded is logged and left out.
     *
     * @param wanted their references, or {@code auto} for the one that the page shows first
     * @return ends when all are loaded or left out
     */
    CompletableFuture<@Nullable Void> load(List<String> wanted) {
        CompletableFuture<@Nullable Void> all = CompletableFuture.completedFuture(null);
        for (String reference : wanted) {
            all = all.thenComposeAsync(_ -> load(reference), blocking);
        }
        return all;
    }

    private CompletableFuture<@Nullable Void> load(String reference) {
        try {
            Optional<RegisteredModel> found = reference.equals(WorkerProperties.AUTO)
                    ? first()
                    : models.resolve(reference);
            if (found.isPresent()) {
                RegisteredModel model = found.get();
                Checkpoint checkpoint = models.read(model, folder -> checkpoints.read(model.reference(), folder));
                CompletableFuture<@Nullable Void> all = CompletableFuture.completedFuture(null);
                for (DeviceWorker device : devices) {
                    all = all.thenCombine(device.worker().preload(model.name(), model.reference(), checkpoint),
                            (_, _) -> null);
                }
                return all;
            }
            if (!reference.equals(WorkerProperties.AUTO)) {
                LOG.warn("pathline.worker.preload names '{}', which is not here", reference);
            }
        } catch (RuntimeException e) {
            LOG.warn("pathline.worker.preload: {} cannot be read: {}", reference, e.getMessage());
        }
        return CompletableFuture.completedFuture(null);
    }

    /** The newest version of the first model by name whose samples are pictures or points of the plane. */
    private Optional<RegisteredModel> first() {
        return models.list().stream().filter(model -> isShown(model.card().shape())).findFirst();
    }

    private static boolean isShown(List<Integer> shape) {
        return shape.size() == 3 ? shape.getFirst() == 1 || shape.getFirst() == 3 : shape.getFirst() == PLANE;
    }

    /** Looks at the models that are new, once at a time, and not here. */
    void look() {
        if (looking.compareAndSet(false, true)) {
            blocking.execute(() -> {
                try {
                    models.list().forEach(this::look);
                } catch (RuntimeException e) {
                    LOG.debug("the models cannot be looked at", e);
                } finally {
                    looking.set(false);
                }
            });
        }
    }

    /** Where its files are elsewhere nothing is fetched for this: it is known from the first job on. */
    private void look(RegisteredModel model) {
        Path folder = Path.of(model.location());
        if (!Files.isDirectory(folder)
                || devices.stream().allMatch(device -> device.profiles().knows(model.reference()))) {
            return;
        }
        try {
            NetworkConfig config = Checkpoint.config(folder).forSample(model.card().shape());
            devices.forEach(device -> device.profiles().choice(model.name(), model.reference(), config));
        } catch (IOException | RuntimeException e) {
            LOG.debug("the settings of {} cannot be read", model.reference(), e);
        }
    }
}
