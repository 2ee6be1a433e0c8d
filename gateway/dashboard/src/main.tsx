document.title = "vecext";
