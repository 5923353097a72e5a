console.log("lyceum: nothing to serve yet")
