from dtxl.cli.main import main

main()
