    $vecext$;
END
$vector$;
