package dev.pathline.s3;

import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.model.Sha256;
import dev.pathline.common.registry.Catalog;
import dev.pathline.common.registry.RegistryJson;
import dev.pathline.common.registry.Wholeness;
import dev.pathline.s3.S3Objects.Listed;
import dev.pathline.s3.S3Objects.Tagged;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a bucket. A look costs one listing and reads only what has changed since the last, by the objects' tags. */
final class S3Scan {

    private static final int MAX_SMALL = 1 << 20;

    private final S3Objects objects;
    private final String location;
    private final Map<String, Tagged> small = new HashMap<>();
    /** Cards never change, so their hash is all that need be known. */
    private final Map<String, ModelCard> cards = new HashMap<>();

    S3Scan(S3Objects objects, String location) {
        this.objects = objects;
        this.location = location;
    }

    synchronized Catalog look() {
        var catalog = new Catalog.Builder();
        Set<String> seen = new HashSet<>();
        List<Listed> all = objects.list("");
        Map<String, Map<String, Long>> sizes = sizes(all);
        for (Listed object : all) {
            S3Layout.aliasesOf(object.key()).ifPresent(name -> {
                seen.add(object.key());
                orBroken(catalog, object.key(), () -> {
                    Tagged read = read(object, MAX_SMALL);
                    if (read != null) {
                        catalog.aliases(name, RegistryJson.aliases(read.bytes()));
                    }
                });
            });
            S3Layout.manifestOf(object.key()).ifPresent(place -> {
                seen.add(object.key());
                orBroken(catalog, object.key(), () -> add(catalog, object, place, sizes));
            });
        }
        small.keySet().retainAll(seen);
        return catalog.build();
    }

    /** The sizes of all files, by their version's folder and their path in it. */
    private static Map<String, Map<String, Long>> sizes(List<Listed> all) {
        var sizes = new HashMap<String, Map<String, Long>>();
        for (Listed object : all) {
            String[] parts = object.key().split("/", 3);
            if (parts.length == 3) {
                sizes.computeIfAbsent(S3Layout.folder(parts[0], parts[1]), _ -> new HashMap<>()).put(parts[2],
                        object.bytes());
            }
        }
        return sizes;
    }

    private void add(Catalog.Builder catalog, Listed object, S3Layout.Place place,
            Map<String, Map<String, Long>> sizes) {
        Tagged read = read(object, ModelManifest.MAX_BYTES);
        if (read == null) {
            return;
        }
        ModelManifest manifest = ModelManifest.read(read.bytes(), place.name(), place.version());
        if (manifest.state() == State.READY || manifest.state() == State.RETIRED) {
            String folder = S3Layout.folder(place.name(), place.version());
            Optional<String> incomplete = manifest.state() == State.READY
                    ? incomplete(manifest, folder, sizes.getOrDefault(folder, Map.of()))
                    : Optional.empty();
            if (incomplete.isPresent()) {
                catalog.broken(location + "/" + folder.substring(0, folder.length() - 1),
                        Wholeness.reason(incomplete.get()));
                return;
            }
            catalog.add(place.name(), place.version(), location + "/" + folder.substring(0, folder.length() - 1),
                    card(manifest, folder), manifest.createdAt(), manifest);
        }
    }

    /** The manifest may be younger than the listing, which came in pages: what seems missing is looked for once more. */
    private Optional<String> incomplete(ModelManifest manifest, String folder, Map<String, Long> sizes) {
        return Wholeness.incomplete(manifest, sizes).flatMap(_ -> Wholeness.incomplete(manifest,
                sizes(objects.list(folder)).getOrDefault(folder, Map.of())));
    }

    private ModelCard card(ModelManifest manifest, String folder) {
        String hash = manifest.files().stream().filter(file -> file.path().equals(FolderContent.CARD))
                .map(ModelFile::sha256).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it lists no " + FolderContent.CARD));
        ModelCard known = cards.get(hash);
        if (known != null) {
            return known;
        }
        byte[] bytes = objects.get(folder + FolderContent.CARD, MAX_SMALL)
                .orElseThrow(() -> new IllegalArgumentException(folder + FolderContent.CARD + " is missing")).bytes();
        if (!Sha256.of(bytes).equals(hash)) {
            throw new IllegalArgumentException(folder + FolderContent.CARD + " is not the one that was registered");
        }
        ModelCard card = ModelCardJson.read(new String(bytes, StandardCharsets.UTF_8));
        cards.put(hash, card);
        return card;
    }

    /** Null if it was deleted meanwhile. */
    private @Nullable Tagged read(Listed object, int maxBytes) {
        Tagged known = small.get(object.key());
        if (known == null || !bare(known.etag()).equals(bare(object.etag()))) {
            known = objects.get(object.key(), maxBytes).orElse(null);
            if (known != null) {
                small.put(object.key(), known);
            }
        }
        return known;
    }

    /** Not every server quotes a tag alike wherever it says it. */
    private static String bare(String etag) {
        return etag.replace("\"", "");
    }

    /** Looks at one entry; what is wrong with it makes that one broken, and none of the others. */
    private void orBroken(Catalog.Builder catalog, String key, Runnable look) {
        try {
            look.run();
        } catch (IllegalArgumentException e) {
            catalog.broken(location + "/" + key, String.valueOf(e.getMessage()));
        }
    }
}
