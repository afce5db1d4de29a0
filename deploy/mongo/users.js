// Runs once, on an empty database: a user of the application and one of the backups, neither of which may administer.
const fs = require("fs");
const password = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();
const admin = db.getSiblingDB("admin");
admin.createUser({ user: "lms", pwd: password("mongo_app_password"), roles: [{ role: "readWrite", db: "lms" }] });
admin.createUser({ user: "backup", pwd: password("mongo_backup_password"), roles: ["backup"] });
// Replaying an oplog needs every action: https://www.mongodb.com/docs/database-tools/mongorestore/#required-access
admin.createRole({ role: "replay", privileges: [{ resource: { anyResource: true }, actions: ["anyAction"] }], roles: [] });
admin.grantRolesToUser("root", ["replay"]);
