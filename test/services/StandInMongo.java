import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/**
 * Speaks MongoDB's protocol as release 4.4 does (wire version 9, the lowest that our driver accepts) and keeps everything in memory.
 * Arguments: host and port.
 */
public class StandInMongo {
    public static void main(String[] arguments) {
        MemoryBackend backend = new MemoryBackend();
        backend.version(new Release44());
        MongoServer server = new MongoServer(backend);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(arguments[0], Integer.parseInt(arguments[1]));
    }

    static class Release44 implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }
}
